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
  /// Whether the mailout was over when it was given.
  var awaitsAll: Bool
  /// Messages that had ended by then: statistics must know as many first.
  var awaits: Int64 = 0
  /// Messages with ids up to here have been taken.
  var cursor: Int64

  /// How long statistics may take to hear of the last message's end.
  static let patience: TimeInterval = 60
  /// While others end as well, a count does not say whose ends are known, and none could: what a sender has told
  /// statistics is not off the books before its whole batch is. So the last ends of before the order have this long to
  /// be known, more than statistics hold any news (`FactBuffer.Limits`); that they are not far behind the count says.
  ///
  /// It is no guard. Whatever was shown as failed when the order was given is in its pages, however long is waited. What
  /// statistics learn of only later, one of them having stood still, is shown as failed from then on, and left to another
  /// order. And nothing is sent twice for it: a message that is known to have failed stays so in its round, and `rounds`
  /// tells which are in another.
  static let rest: TimeInterval = 4

  /// Whether pages may be taken; else statistics are asked again soon. Whatever an earlier order took up they must know
  /// in any case: it would look as failed as before, and be taken up twice.
  /// - Parameters:
  ///   - final: messages that statistics know in a final state.
  ///   - rounds: what they know to have been taken up by earlier orders; nil where they cannot say.
  ///   - resent: what has been.
  func isComplete(final: Int64, rounds: Int64?, resent: Int64, now: Date) -> Bool {
    if cursor > 0 { return true }
    guard rounds ?? .max >= resent else { return false }
    let age = now.timeIntervalSince(cutoff)
    return age > Self.patience || (final >= awaits && (awaitsAll || age >= Self.rest))
  }
}

extension MailoutRules {
  /// A mailout lasts no longer than it may by its draft, or as much from now.
  static func checkRetryEnd(_ end: Date?, start: Date, now: Date) throws(Problem) {
    guard let end, end.timeIntervalSince(max(start, now)) > longest else { return }
    throw Problem.invalid([Problem.Field("/end_at", "must be within 366 days")])
  }

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
