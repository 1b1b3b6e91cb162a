/// How much work of one provider may be issued and unsettled at once: about a second of its present rate, so that
/// pause, cancel and a small urgent mailout take effect at once.
struct IssueWindow: Sendable, Equatable {
  /// Before anything is known of a provider.
  static let initial = 1_000
  static let range = 1...50_000
  /// For a provider whose circuit is half open: enough to see whether it is well.
  static let trickle = 20

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

  /// Messages that may be out at once.
  /// - Parameters:
  ///   - limit: the provider's own, calls a second.
  ///   - isProbing: whether its circuit is half open.
  func size(limit: Int?, isProbing: Bool) -> Int {
    let size = min(rate.map { Int($0) } ?? Self.initial, limit ?? .max)
    return min(max(size, Self.range.lowerBound), isProbing ? Self.trickle : Self.range.upperBound)
  }

  /// The rate counts only while there was work at both ends of the interval: an idle provider is not a slow one. And it
  /// falls only while the window was what held work back.
  mutating func measure(_ reading: Reading) {
    guard let before = last else {
      last = reading
      return
    }
    let elapsed = before.at.duration(to: reading.at)
    let settled = reading.settled - before.settled
    // A slow provider settles now and then: nothing for a moment says nothing.
    guard elapsed >= .milliseconds(200), settled > 0 || elapsed >= .seconds(3) else { return }
    last = reading
    if before.outstanding == 0 && reading.outstanding == 0 {
      if elapsed > .seconds(10) { rate = nil }
    } else if before.outstanding > 0 {
      let measured = Double(settled) / (elapsed / .seconds(1))
      let isFull = reading.outstanding * 2 >= Int64(size(limit: nil, isProbing: false))
      // Up at once, down slowly: a short stall is no reason to starve the senders.
      if isFull || measured > rate ?? .infinity { rate = max(measured, (rate ?? 0) * 0.7) }
    }
  }
}
