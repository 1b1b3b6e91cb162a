import Service
import Synchronization

/// How a driver is woken: something of its mailout has been settled, or the mailout itself is another than it was read.
final class Bell: Sendable {
  private let signal = Signal()
  private let isChanged = Atomic(false)
  private let isWaiting = Atomic(false)

  /// - Parameter isWaiting: whether anything of it has come to wait, or what waits may go now.
  func settled(isWaiting: Bool) {
    if isWaiting { self.isWaiting.store(true, ordering: .sequentiallyConsistent) }
    signal.raise()
  }

  func changed() {
    isChanged.store(true, ordering: .sequentiallyConsistent)
    signal.raise()
  }

  /// Whether the mailout has changed since the last time.
  func takeChange() -> Bool { isChanged.exchange(false, ordering: .sequentiallyConsistent) }

  /// Whether the waiting set is to be looked at, since the last time.
  func takeWaiting() -> Bool { isWaiting.exchange(false, ordering: .sequentiallyConsistent) }

  func wait(until instant: ContinuousClock.Instant) async { await signal.wait(until: instant) }
}
