/// Exponential backoff with full jitter: each pause is random between nothing and a bound that doubles.
struct Backoff {
  static let shortest = Duration.milliseconds(100)
  static let longest = Duration.seconds(5)

  private var failures = 0

  mutating func next(using generator: inout some RandomNumberGenerator) -> Duration {
    let bound = min(Backoff.longest, Backoff.shortest * (1 << min(failures, 16)))
    failures += 1
    return bound * Double.random(in: 0...1, using: &generator)
  }

  mutating func next() -> Duration {
    var generator = SystemRandomNumberGenerator()
    return next(using: &generator)
  }

  mutating func reset() { failures = 0 }
}
