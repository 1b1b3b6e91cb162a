/// How much work of one provider may be issued and unsettled at once: about a second of its present rate, so that
/// pause, cancel and a small urgent mailout take effect at once.
struct IssueWindow: Sendable, Equatable {
  /// Before anything is known of a provider.
  static let initial = 1_000
  static let range = 1...50_000

  /// One reading of the provider's state.
  struct Reading: Sendable, Equatable {
    var at: ContinuousClock.Instant
    /// Messages settled since ever.
    var settled: Int64
    /// Messages issued and not settled.
    var outstanding: Int64
  }

  private var last: Reading?
  /// Messages a second; nil while unknown.
  private(set) var rate: Double?

  init() {}

  /// Messages that may be issued now.
  mutating func room(_ reading: Reading) -> Int {
    measure(reading)
    let target = rate.map { Int($0) } ?? Self.initial
    return max(0, min(max(target, Self.range.lowerBound), Self.range.upperBound) - Int(reading.outstanding))
  }

  /// The rate counts only while there was work at both ends of the interval: an idle provider is not a slow one.
  private mutating func measure(_ reading: Reading) {
    guard let before = last else {
      last = reading
      return
    }
    let elapsed = before.at.duration(to: reading.at)
    guard elapsed >= .milliseconds(200) else { return }
    last = reading
    if elapsed > .seconds(10) || (before.outstanding == 0 && reading.outstanding == 0) {
      rate = nil
    } else if before.outstanding > 0 {
      let measured = Double(reading.settled - before.settled) / (elapsed / .seconds(1))
      // Up at once, down slowly: a short stall is no reason to starve the senders.
      rate = max(measured, (rate ?? 0) * 0.7)
    }
  }
}
