import Glibc

/// Latencies in buckets a quarter of a doubling wide, so that percentiles are right within a fifth.
enum LatencyBucket {
  static func index(ofMilliseconds milliseconds: Int) -> Int {
    milliseconds < 1 ? 0 : 1 + Int(log2(Double(milliseconds)) * 4)
  }

  /// The bucket's upper bound in milliseconds.
  static func bound(of index: Int) -> Double {
    index == 0 ? 1 : exp2(Double(index) / 4)
  }

  /// The latency that so great a share of the calls (0…1) did not exceed, in milliseconds; nil where there are none.
  static func percentile(_ share: Double, of counts: [Int: Int64]) -> Double? {
    let total = counts.values.reduce(0, +)
    guard total > 0 else { return nil }
    var seen: Int64 = 0
    for (index, count) in counts.sorted(by: { $0.key < $1.key }) {
      seen += count
      if Double(seen) >= share * Double(total) { return bound(of: index) }
    }
    return nil
  }
}
