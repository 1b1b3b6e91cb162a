/// When a message is tried again: exponential backoff with full jitter, bounded attempts; Retry-After is a lower bound.
struct RetryPolicy: Sendable, Equatable {
  /// Calls a message gets in one round.
  var maxAttempts = 5
  var base: Duration = .seconds(1)
  var cap: Duration = .seconds(300)
  /// How long to stay away after an answer that blames our URL or credentials.
  var faultPause: Duration = .seconds(30)

  /// Whether a further attempt is allowed after so many.
  func allows(attemptsMade: Int) -> Bool { attemptsMade < maxAttempts }

  /// How long to wait after attempt number `attempt` (from 1): uniformly in 0…min(cap, base·2^(attempt-1)), and never
  /// less than what the provider asked for.
  func delay(after attempt: Int, retryAfter: Duration? = nil, using random: inout some RandomNumberGenerator)
    -> Duration
  {
    let ceiling = min(cap, base * (1 << min(max(attempt, 1) - 1, 20)))
    return max(ceiling * Double.random(in: 0...1, using: &random), retryAfter ?? .zero)
  }
}
