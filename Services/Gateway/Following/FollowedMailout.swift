import Contracts
import FoundationEssentials

/// What followers of a mailout are shown of it, made from the answer of `stats.mailout`.
struct FollowedMailout: Sendable, Equatable {
  private static let shown = [
    "mailout_id", "status", "audience", "issued", "counts", "not_reached", "started_at", "finished_at",
  ]

  /// What must differ for there to be news: the rate alone falls with every second.
  private let members: [String: JSON]
  private let rate: JSON

  init(_ stats: JSON) {
    members = Dictionary(uniqueKeysWithValues: Self.shown.map { ($0, stats[$0] ?? .null) })
    rate = stats["rate_per_second"] ?? .null
  }

  static func == (left: FollowedMailout, right: FollowedMailout) -> Bool { left.members == right.members }

  /// Whether nothing will change any more: it is finished, or cancelled with its last message settled.
  var isOver: Bool {
    switch members["status"] {
    case "scheduled", "running", "paused": false
    case "cancelled": members["finished_at"] != .null
    default: true
    }
  }

  var json: JSON { .object(members.merging(["rate_per_second": rate]) { first, _ in first }) }
}
