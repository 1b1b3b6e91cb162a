import Contracts

/// Changes to the counters, added up: what a message counted for before is taken back, what it counts for now is put in.
struct Tally: Sendable, Equatable {
  /// What is counted of a mailout's messages.
  enum Count: Hashable, Sendable {
    case status(MessageStatus)
    /// By the unix minute in which they became final.
    case minute(Int64, MessageStatus)
    case reason(String)
    /// By the bucket of the call's latency.
    case latency(Int)
    /// How often it has been taken up by retry-failed, each time once.
    case rounds

    /// As the columns `kind` and `key` have it.
    var columns: (kind: String, key: String) {
      switch self {
      case .status(let status): ("status", status.rawValue)
      case .minute(let minute, let status): ("minute", "\(minute) \(status.rawValue)")
      case .reason(let reason): ("reason", reason)
      case .latency(let bucket): ("latency", String(bucket))
      case .rounds: ("rounds", "")
      }
    }
  }

  struct Key: Hashable, Sendable {
    var mailoutID: Int64
    var count: Count
  }

  /// One counter's change, as the columns have it.
  struct Change: Sendable, Equatable {
    var mailoutID: Int64
    var kind: String
    var key: String
    var n: Int64
  }

  /// How those are counted that ended without a reason.
  static let unnamed = "unnamed"

  private(set) var changes: [Key: Int64] = [:]

  mutating func replace(_ old: MessageFact?, by new: MessageFact) {
    if let old { add(old, -1) }
    add(new, 1)
  }

  private mutating func add(_ fact: MessageFact, _ n: Int64) {
    count(fact, .status(fact.status), n)
    if fact.round > 0 { count(fact, .rounds, n * Int64(fact.round)) }
    guard fact.status.isFinal else { return }
    if let finishedAt = fact.finishedAt { count(fact, .minute(finishedAt / 60_000_000, fact.status), n) }
    if fact.status.rank < MessageStatus.sent.rank {
      count(fact, .reason(fact.reason ?? Self.unnamed), n)
    } else if let latency = fact.latency {
      count(fact, .latency(LatencyBucket.index(ofMilliseconds: latency)), n)
    }
  }

  private mutating func count(_ fact: MessageFact, _ count: Count, _ n: Int64) {
    let key = Key(mailoutID: fact.mailoutID, count: count)
    let sum = changes[key, default: 0] + n
    changes[key] = sum == 0 ? nil : sum
  }

  /// In a fixed order, so that replicas lock counters alike.
  var sorted: [Change] {
    changes.map { key, n in
      let (kind, name) = key.count.columns
      return Change(mailoutID: key.mailoutID, kind: kind, key: name, n: n)
    }.sorted { ($0.mailoutID, $0.kind, $0.key) < ($1.mailoutID, $1.kind, $1.key) }
  }
}
