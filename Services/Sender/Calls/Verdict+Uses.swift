import Contracts

/// What a verdict means for the provider's breaker, its concurrency, and the message's next attempt.
extension OutcomeRules.Verdict {
  var ending: CircuitBreaker.Ending {
    switch self {
    case .sent, .rejected: .good
    case .failedAttempt, .unknown: .bad
    case .throttled(let retryAfter): .throttled(retryAfter)
    case .providerFault(let reason): .fault(reason)
    }
  }

  /// Whether the provider could not cope with it.
  var isRefusal: Bool {
    switch self {
    case .sent, .rejected, .providerFault: false
    case .failedAttempt, .unknown, .throttled: true
    }
  }

  /// How long the message waits, should it have to.
  func delay(
    _ settings: ProviderSettings, _ message: BatchMessage, _ answer: CallAnswer,
    using random: inout some RandomNumberGenerator
  ) -> Duration {
    switch self {
    case .sent, .rejected: .zero
    case .throttled(let retryAfter): settings.retry.delay(after: 1, retryAfter: retryAfter, using: &random)
    // The breaker opens with it.
    case .providerFault: settings.breaker.openTime(asked: nil, using: &random)
    case .failedAttempt, .unknown:
      settings.retry.delay(after: message.attempts + 1, retryAfter: answer.retryAfter, using: &random)
    }
  }
}

extension CallAnswer {
  fileprivate var retryAfter: Duration? {
    guard case .answered(_, _, let retryAfter) = self else { return nil }
    return retryAfter
  }
}
