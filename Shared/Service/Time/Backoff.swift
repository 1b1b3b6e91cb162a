/// Exponential backoff with full jitter: before retry n, a random wait from zero up to `base` × 2ⁿ⁻¹, at most `cap`.
///
/// Full jitter spreads many callers that failed at one instant evenly over the whole wait.
public struct Backoff: Sendable {
  public let base: Duration
  public let cap: Duration

  public init(base: Duration, cap: Duration) {
    self.base = base
    self.cap = max(base, cap)
  }

  /// The longest wait before retry `attempt`, counted from 1.
  public func ceiling(attempt: Int) -> Duration {
    var ceiling = base
    for _ in 0..<max(0, attempt - 1) {
      guard ceiling < cap else { return cap }
      ceiling *= 2
    }
    return min(ceiling, cap)
  }

  /// A wait before retry `attempt`, counted from 1.
  public func delay(attempt: Int, using generator: inout some RandomNumberGenerator) -> Duration {
    ceiling(attempt: attempt) * Double.random(in: 0...1, using: &generator)
  }

  /// As above, with the system's random numbers.
  public func delay(attempt: Int) -> Duration {
    var generator = SystemRandomNumberGenerator()
    return delay(attempt: attempt, using: &generator)
  }
}
