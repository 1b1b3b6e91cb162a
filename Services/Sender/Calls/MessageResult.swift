import Contracts

/// What became of a message at this sender: an outcome for statistics, and when it is to be issued again where it has to
/// wait.
struct MessageResult: Sendable, Equatable {
  var outcome: Outcome
  /// Not before; microseconds since 1970. nil for what is final.
  var dueAt: Int64?
  /// The provider may have the message: see `BatchMessage.isUnknown`.
  var isUnknown = false

  /// Its place in the waiting set.
  var waiting: WaitingMessage? {
    dueAt.map {
      WaitingMessage(
        messageID: outcome.messageID, customerID: outcome.customerID, dueAt: $0, status: outcome.status,
        round: outcome.round, hop: outcome.hop, attempts: outcome.attempts, reason: outcome.reason, isUnknown: isUnknown
      )
    }
  }

  /// What a verdict makes of it.
  /// - Parameters:
  ///   - deadline: the mailout's end; microseconds since 1970, as all instants here.
  ///   - counts: false for a call that only tried whether the provider is back: it costs no attempt.
  ///   - delay: how long it waits, should it have to.
  static func after(
    _ verdict: OutcomeRules.Verdict, message: BatchMessage, mailoutID: Int64, deadline: Int64, policy: RetryPolicy,
    counts: Bool = true, now: Int64, delay: Duration
  ) -> MessageResult {
    var isUnknown = message.isUnknown
    if case .unknown = verdict { isUnknown = true }
    func ended(_ status: MessageStatus, attempts: Int, _ reason: String?) -> MessageResult {
      MessageResult(
        outcome: Outcome(
          messageID: message.id, mailoutID: mailoutID, customerID: message.customerID, status: status,
          round: message.round, hop: message.hop, attempts: attempts, reason: reason, at: now),
        isUnknown: isUnknown)
    }
    func waits(attempts: Int, _ reason: String) -> MessageResult {
      var result = ended(.retrying, attempts: attempts, reason)
      result.dueAt = min(now + delay.wholeMicroseconds, deadline)
      return result
    }
    func again(_ reason: String) -> MessageResult {
      if !counts { return waits(attempts: message.attempts, reason) }
      let made = message.attempts + 1
      return policy.allows(attemptsMade: made)
        ? waits(attempts: made, reason) : ended(.failed, attempts: made, isUnknown ? unknown : reason)
    }
    switch verdict {
    case .sent(let duplicate): return ended(.sent, attempts: message.attempts + 1, duplicate ? "duplicate" : nil)
    case .rejected(let reason): return ended(.rejected, attempts: message.attempts + 1, reason)
    case .failedAttempt(let reason): return again(reason)
    case .unknown(let reason):
      guard now < deadline else { return ended(.failed, attempts: message.attempts + 1, unknown) }
      return again("\(unknown): \(reason)")
    case .throttled: return waits(attempts: message.attempts, "http_429")
    case .providerFault(let reason): return waits(attempts: message.attempts, reason)
    }
  }

  /// The reason of what ends without an answer that says whether the provider has it.
  private static let unknown = "unknown"

  /// Whether a reason says so.
  static func isUnknown(_ reason: String) -> Bool { reason.hasPrefix(unknown) }

  /// A message that is not called: why, and when it is due where it waits. What has expired after a call of which
  /// nobody knows the end has failed as unknown.
  static func uncalled(
    _ status: MessageStatus, _ reason: String, message: BatchMessage, mailoutID: Int64, now: Int64, dueAt: Int64? = nil
  ) -> MessageResult {
    let isOver = status == .expired && message.isUnknown
    return MessageResult(
      outcome: Outcome(
        messageID: message.id, mailoutID: mailoutID, customerID: message.customerID, status: isOver ? .failed : status,
        round: message.round, hop: message.hop, attempts: message.attempts, reason: isOver ? unknown : reason, at: now),
      dueAt: dueAt, isUnknown: message.isUnknown)
  }
}
