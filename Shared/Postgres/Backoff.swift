/// Pauses between attempts: exponential with full jitter, so that many clients do not come back in step.
struct Backoff {
  private static let base: Duration = .milliseconds(50)
  private static let cap: Duration = .seconds(5)

  private(set) var failures = 0

  mutating func succeeded() { failures = 0 }

  /// The pause after one more failure: anything up to `ceiling(failures:)`.
  mutating func next() -> Duration {
    failures += 1
    return Self.ceiling(failures: failures) * Double.random(in: 0...1)
  }

  static func ceiling(failures: Int) -> Duration {
    min(cap, base * (1 << min(failures - 1, 10)))
  }
}
