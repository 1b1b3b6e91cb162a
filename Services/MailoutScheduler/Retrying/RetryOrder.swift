import Contracts
import FoundationEssentials

/// An operator's order to send again what failed, and how far it has been carried out.
struct RetryOrder: Sendable, Equatable {
  /// What a body may say: `reasons` (any where it names none) and a new `end_at`.
  struct Request: Sendable, Equatable {
    var reasons: [String] = []
    var endAt: Date?

    static func read(_ body: JSON?, now: Date) throws(Problem) -> Request {
      guard let body, body != .null else { return Request() }
      var reader = FieldReader(body)
      let reasons = reader.strings("reasons", maxCount: 50, max: 100) ?? []
      let end = reader.timestamp("end_at")
      if let end, end <= now { reader.fail("end_at", "must be in the future; it is now \(Timestamp.format(now))") }
      try reader.finish()
      return Request(reasons: reasons, endAt: end)
    }
  }

  var id: Int64
  var reasons: [String]
  /// Messages that ended by then.
  var cutoff: Date
  /// Whether statistics must know the end of every message first.
  var awaitsAll: Bool
  /// Messages with ids up to here have been taken.
  var cursor: Int64

  /// How long statistics may take to hear of the last message's end.
  static let patience: TimeInterval = 60

  /// Whether a page may be taken as it is; else statistics are asked again soon.
  func isComplete(final: Int64, issued: Int64, now: Date) -> Bool {
    !awaitsAll || final >= issued || now.timeIntervalSince(cutoff) > Self.patience
  }
}

extension MailoutRules {
  /// - Parameter end: the end it will have.
  static func mayRetry(_ status: MailoutStatus, end: Date, now: Date) throws(Problem) {
    switch status {
    case .scheduled: throw Problem(.conflict, "The mailout is scheduled; nothing of it can have failed.")
    case .cancelled: throw Problem(.conflict, "The mailout is cancelled; its messages are not sent again.")
    case .running, .paused, .finished:
      guard end <= now else { return }
      throw Problem(.conflict, "The mailout ended at \(Timestamp.format(end)); give a new end_at in the future.")
    }
  }
}
