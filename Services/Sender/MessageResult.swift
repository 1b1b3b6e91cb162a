import Contracts

/// What a verdict makes of a message: an outcome for statistics, and a place in the waiting set where it has one.
struct MessageResult: Codable, Sendable, Equatable {
  var outcome: Outcome
  var waiting: WaitingMessage?

  /// - Parameters:
  ///   - delay: how long it waits, should it have to.
  ///   - now: microseconds since 1970.
  static func after(
    _ verdict: OutcomeRules.Verdict, message: BatchMessage, mailoutID: Int64, deadline: Int64, policy: RetryPolicy,
    now: Int64, latency: Int?, delay: Duration
  ) -> MessageResult {
    func ended(_ status: MessageStatus, attempts: Int, _ reason: String?) -> MessageResult {
      MessageResult(
        outcome: Outcome(
          messageID: message.id, mailoutID: mailoutID, customerID: message.customerID, status: status,
          round: message.round, hop: message.hop, attempts: attempts, reason: reason, at: now, latency: latency),
        waiting: nil)
    }
    func waits(attempts: Int, _ reason: String) -> MessageResult {
      var result = ended(.retrying, attempts: attempts, reason)
      result.waiting = WaitingMessage(
        messageID: message.id, customerID: message.customerID, dueAt: min(now + delay.microseconds, deadline),
        status: .retrying, round: message.round, hop: message.hop, attempts: attempts, reason: reason)
      return result
    }
    let attempts = message.attempts + 1
    switch verdict {
    case .sent(let duplicate): return ended(.sent, attempts: attempts, duplicate ? "duplicate" : nil)
    case .rejected(let reason): return ended(.rejected, attempts: attempts, reason)
    case .failedAttempt(let reason):
      return policy.allows(attemptsMade: attempts)
        ? waits(attempts: attempts, reason) : ended(.failed, attempts: attempts, reason)
    case .unknown(let reason):
      guard now < deadline else { return ended(.failed, attempts: attempts, "unknown") }
      return policy.allows(attemptsMade: attempts)
        ? waits(attempts: attempts, "unknown: \(reason)") : ended(.failed, attempts: attempts, "unknown: \(reason)")
    case .throttled: return waits(attempts: message.attempts, "http_429")
    case .providerFault(let reason): return waits(attempts: message.attempts, reason)
    }
  }

  /// A message whose deadline came before its call.
  static func expired(message: BatchMessage, mailoutID: Int64, now: Int64) -> MessageResult {
    MessageResult(
      outcome: Outcome(
        messageID: message.id, mailoutID: mailoutID, customerID: message.customerID, status: .expired,
        round: message.round, hop: message.hop, attempts: message.attempts, reason: "deadline", at: now),
      waiting: nil)
  }
}
