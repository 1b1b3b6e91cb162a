import EventLoop
import Synchronization

/// Wakes the one task that waits. A signal while nobody waits is kept.
public final class Signal: Sendable {
  private struct State {
    var isRaised = false
    var waiter: Alarm?
  }

  private let state = Mutex(State())

  public init() {}

  public func raise() {
    state.withLock { state in
      let waiter = state.waiter
      state.waiter = nil
      state.isRaised = waiter == nil
      return waiter
    }?.ring()
  }

  /// Until the signal is raised, the instant has come, or the task is cancelled.
  public func wait(until instant: ContinuousClock.Instant) async {
    let alarm = Alarm()
    let wasRaised = state.withLock { state in
      defer { state.isRaised = false }
      if !state.isRaised { state.waiter = alarm }
      return state.isRaised
    }
    guard !wasRaised else { return }
    await alarm.waitUnlessCancelled(until: instant)
    state.withLock { state in
      if state.waiter === alarm { state.waiter = nil }
    }
  }
}
