/// A distribution over fixed buckets. Observing is a short search and two atomic operations.
public final class Histogram: Sendable {
  /// Seconds, from a millisecond to ten seconds: calls over the network.
  public static let latencyBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

  /// The buckets' upper bounds, each included, ascending; one more bucket takes what is greater.
  public let bounds: [Double]
  private let buckets: [Counter]
  private let total = Gauge()

  /// Not a number and infinity as bounds are left out: the last bucket is infinite anyway.
  init(bounds: [Double]) {
    self.bounds = Set(bounds.filter(\.isFinite)).sorted()
    buckets = (0...self.bounds.count).map { _ in Counter() }
  }

  public func observe(_ value: Double) {
    buckets[bounds.firstIndex { value <= $0 } ?? bounds.count].increment()
    total.add(value)
  }

  /// In seconds.
  public func observe(_ duration: Duration) { observe(duration / .seconds(1)) }

  /// How many values fell into each bucket alone, the infinite one last.
  public var counts: [UInt64] { buckets.map(\.value) }
  /// The sum of all values.
  public var sum: Double { total.value }
}
