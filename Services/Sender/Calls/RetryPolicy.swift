/// When a message is tried again: exponential backoff with full jitter, bounded in attempts and in all the waits
/// together; Retry-After is a lower bound.
struct RetryPolicy: Sendable, Equatable {
  /// Calls a message gets in one round.
  var maxAttempts = 5
  var base: Duration = .seconds(1)
  var cap: Duration = .seconds(300)
  /// All the waits of a message together.
  var total: Duration = .seconds(86_400)

  /// Whether a further attempt is allowed after so many.
  func allows(attemptsMade: Int) -> Bool {
    attemptsMade < maxAttempts && (attemptsMade < 1 || budget(after: attemptsMade) > .zero)
  }

  /// How long to wait after attempt number `attempt` (from 1): uniformly in 0…min(cap, base·2^(attempt-1)), never less
  /// than what the provider asked for, never beyond what is left of the total.
  func delay(after attempt: Int, retryAfter: Duration? = nil, using random: inout some RandomNumberGenerator)
    -> Duration
  {
    let wait = max(ceiling(attempt) * Double.random(in: 0...1, using: &random), retryAfter ?? .zero)
    return min(wait, max(budget(after: attempt), .zero))
  }

  private func ceiling(_ attempt: Int) -> Duration { min(cap, base * (1 << min(max(attempt, 1) - 1, 20))) }

  /// What is left of the total after so many attempts, the earlier waits counted as the longest they could be.
  private func budget(after attempt: Int) -> Duration {
    guard attempt > 1 else { return total }
    return (1..<min(attempt, 1000)).reduce(total) { $0 - ceiling($1) }
  }
}
