import Synchronization

/// A number that only rises. Adding is one atomic operation.
public final class Counter: Sendable {
  private let count = Atomic<UInt64>(0)

  init() {}

  /// A negative amount counts as none.
  public func increment(by amount: Int = 1) {
    count.wrappingAdd(UInt64(clamping: amount), ordering: .relaxed)
  }

  public var value: UInt64 { count.load(ordering: .relaxed) }
}
