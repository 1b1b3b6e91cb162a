import Contracts
import FoundationEssentials

/// What may be done to a mailout in which state.
enum MailoutRules {
  /// How far off the end may be: of a mailout from its start, of a message or a new end also from now. In seconds.
  static let longest: TimeInterval = 366 * 86_400

  /// What may change once a mailout has started.
  static let changeableWhileRunning: Set = ["end_at", "rate_limit"]

  static func mayChange(_ status: MailoutStatus) throws(Problem) {
    guard status == .finished || status == .cancelled else { return }
    throw Problem(.conflict, "The mailout is \(status.rawValue); it can no longer be changed.")
  }

  /// Everything can be changed while it is scheduled; its end and rate as long as it is not over.
  static func mayChange(_ status: MailoutStatus, _ fields: [String]) throws(Problem) {
    try mayChange(status)
    guard status != .scheduled else { return }
    let refused = fields.filter { !changeableWhileRunning.contains($0) }
    guard !refused.isEmpty else { return }
    throw Problem(
      .conflict,
      "The mailout is \(status.rawValue): \(refused.joined(separator: ", ")) can be changed only while it is "
        + "scheduled; end_at and rate_limit still can be.")
  }

  /// - Parameter isDrained: whether nothing of it is left anywhere (it has a `finished_at`).
  static func mayDelete(_ status: MailoutStatus, isDrained: Bool) throws(Problem) {
    switch status {
    case .scheduled, .finished: return
    case .cancelled:
      if isDrained { return }
      throw Problem(.conflict, "The mailout is cancelled, and its last messages are being taken back; try again soon.")
    case .running, .paused:
      throw Problem(.conflict, "The mailout is \(status.rawValue); cancel it before it is deleted.")
    }
  }

  static func mayPause(_ status: MailoutStatus) throws(Problem) {
    try require(status, in: [.running], "paused")
  }

  static func mayResume(_ status: MailoutStatus) throws(Problem) {
    try require(status, in: [.paused], "resumed")
  }

  static func mayCancel(_ status: MailoutStatus) throws(Problem) {
    try require(status, in: [.scheduled, .running, .paused], "cancelled")
  }

  /// What is chosen before the start alone: the audience, and the start itself.
  static func mayPrepare(_ status: MailoutStatus) throws(Problem) {
    try require(status, in: [.scheduled], "changed so")
  }

  private static func require(_ status: MailoutStatus, in allowed: [MailoutStatus], _ what: String) throws(Problem) {
    guard !allowed.contains(status) else { return }
    let states = allowed.map(\.rawValue).joined(separator: " or ")
    throw Problem(.conflict, "The mailout is \(status.rawValue); it can be \(what) only while it is \(states).")
  }
}
