import Synchronization

/// Something that happens once, and that tests await instead of sleeping.
final class Event<Value: Sendable>: Sendable {
  private struct State {
    var value: Value?
    var waiters: [CheckedContinuation<Value, Never>] = []
  }

  private let state = Mutex(State())

  /// It has happened; the first value counts.
  func fire(_ value: Value) {
    state.withLock { state in
      guard state.value == nil else { return }
      state.value = value
      for waiter in state.waiters { waiter.resume(returning: value) }
      state.waiters = []
    }
  }

  /// Waits for it, deaf to cancellation.
  func wait() async -> Value {
    await withCheckedContinuation { continuation in
      state.withLock { state in
        if let value = state.value { continuation.resume(returning: value) } else { state.waiters.append(continuation) }
      }
    }
  }
}

extension Event where Value == Void {
  func fire() { fire(()) }
}

/// Waits until the current task is cancelled.
func untilCancelled() async {
  let event = Event<Void>()
  await withTaskCancellationHandler {
    await event.wait()
  } onCancel: {
    event.fire()
  }
}
