import Synchronization

/// Waits for the current task to be cancelled.
final class Cancellation: Sendable {
  private enum State {
    case fresh
    case waiting(CheckedContinuation<Void, Never>)
    case cancelled
  }

  private let state = Mutex(State.fresh)

  func wait() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        state.withLock { state in
          if case .cancelled = state { continuation.resume() } else { state = .waiting(continuation) }
        }
      }
    } onCancel: {
      state.withLock { state in
        if case .waiting(let continuation) = state { continuation.resume() }
        state = .cancelled
      }
    }
  }
}
