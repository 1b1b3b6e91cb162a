import Synchronization

/// A number that goes up and down.
public final class Gauge: Sendable {
  /// The bits of a Double.
  private let bits = Atomic<UInt64>(0)

  init() {}

  public func set(_ value: Double) {
    bits.store(value.bitPattern, ordering: .relaxed)
  }

  public func set(_ value: Int) { set(Double(value)) }

  public func add(_ amount: Double) {
    var expected = bits.load(ordering: .relaxed)
    while true {
      let sum = Double(bitPattern: expected) + amount
      let (done, found) = bits.weakCompareExchange(
        expected: expected, desired: sum.bitPattern, ordering: .relaxed)
      if done { return }
      expected = found
    }
  }

  public func increment() { add(1) }
  public func decrement() { add(-1) }

  public var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }
}
