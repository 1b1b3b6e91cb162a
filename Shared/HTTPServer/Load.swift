internal import EventLoop
import Synchronization

/// Counts the requests in flight, and lets one caller wait until there are none.
final class Load: Sendable {
  private struct State {
    var count = 0
    var waiter: CheckedContinuation<Void, Never>?

    mutating func wake() {
      waiter?.resume()
      waiter = nil
    }
  }

  private let state = Mutex(State())

  func enter() { state.withLock { $0.count += 1 } }

  func leave() {
    state.withLock { state in
      state.count -= 1
      if state.count == 0 { state.wake() }
    }
  }

  /// Returns when nothing is in flight, or when the time is up.
  func drain(within limit: Duration, on loop: EventLoop) async {
    await withCheckedContinuation { continuation in
      state.withLock { state in
        state.waiter = continuation
        if state.count == 0 { state.wake() }
      }
      Task(executorPreference: loop) {
        loop.timer(at: .now + limit) { self.state.withLock { $0.wake() } }
      }
    }
  }
}
