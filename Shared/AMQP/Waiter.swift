import Synchronization

/// Lets one task wait for a signal or for its own cancellation. One use.
final class Waiter: Sendable {
  private enum State {
    case idle
    case waiting(CheckedContinuation<Void, Never>)
    case fired
  }

  private let state = Mutex(State.idle)

  /// Ends the wait, also one that has not begun. From any thread.
  func fire() {
    let continuation = state.withLock { state -> CheckedContinuation<Void, Never>? in
      defer { state = .fired }
      if case .waiting(let continuation) = state { return continuation }
      return nil
    }
    continuation?.resume()
  }

  func wait(isolation: isolated (any Actor)? = #isolation) async {
    await withCheckedContinuation { continuation in
      let fired = state.withLock { state in
        if case .fired = state { return true }
        state = .waiting(continuation)
        return false
      }
      if fired { continuation.resume() }
    }
  }

  /// As `wait`, but a cancelled task waits no longer.
  func waitUnlessCancelled(isolation: isolated (any Actor)? = #isolation) async {
    await withTaskCancellationHandler {
      await wait()
    } onCancel: {
      fire()
    }
  }
}
