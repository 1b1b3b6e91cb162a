import Synchronization

/// Wakes the publishers of one outbox in this process.
final class OutboxBell: Sendable {
  private let hearers = Mutex<[OutboxHearer]>([])

  /// One that hears every ring from now on.
  func hearer() -> OutboxHearer {
    let hearer = OutboxHearer()
    hearers.withLock { $0.append(hearer) }
    return hearer
  }

  /// - Parameter pause: how long what was added may wait for something else to leave with.
  func ring(within pause: Duration = .zero) {
    for hearer in hearers.withLock({ $0 }) { hearer.ring(within: pause) }
  }
}
