import Service
import Synchronization

/// Wakes the publishers of one outbox in this process.
final class OutboxBell: Sendable {
  private let signals = Mutex<[Signal]>([])

  /// A signal that every ring raises.
  func listener() -> Signal {
    let signal = Signal()
    signals.withLock { $0.append(signal) }
    return signal
  }

  func ring() {
    for signal in signals.withLock({ $0 }) { signal.raise() }
  }
}
