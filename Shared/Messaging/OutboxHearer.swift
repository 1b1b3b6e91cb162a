import Service
import Synchronization

/// A publisher's side of an outbox's bell: when there is something to do, and whether that can wait a little.
final class OutboxHearer: Sendable {
  private let signal = Signal()
  /// When to look, because of what has been rung for and not looked at.
  private let due = Mutex<ContinuousClock.Instant?>(nil)

  func ring(within pause: Duration) {
    let new = ContinuousClock.now + pause
    let isSooner = due.withLock { due in
      if let due, due <= new { return false }
      due = new
      return true
    }
    if isSooner { signal.raise() }
  }

  /// Until what has been rung for is to be looked at, the instant has come, or the task is cancelled.
  func wait(until instant: ContinuousClock.Instant) async {
    while !Task.isCancelled {
      let next = min(due.withLock { $0 } ?? instant, instant)
      guard next > .now else { break }
      await signal.wait(until: next)
    }
    due.withLock { $0 = nil }
  }
}
