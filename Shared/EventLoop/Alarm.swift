import Synchronization

/// Lets one task wait until somebody wakes it, or an instant has come. One use.
///
/// On a loop's thread the loop's own timer wakes it, so that neither setting nor forgetting it needs another thread.
public final class Alarm: Sendable {
  private enum State {
    case set
    case waiting(CheckedContinuation<Void, Never>)
    case rung
  }

  private let state = Mutex(State.set)

  public init() {}

  /// Ends the wait, also one that has not begun. From any thread.
  public func ring() {
    let continuation = state.withLock { state -> CheckedContinuation<Void, Never>? in
      defer { state = .rung }
      if case .waiting(let continuation) = state { return continuation }
      return nil
    }
    continuation?.resume()
  }

  /// Until it rings; with an instant, until then at most.
  public func wait(until instant: ContinuousClock.Instant? = nil, isolation: isolated (any Actor)? = #isolation) async {
    var timer: (loop: EventLoop, token: TimerToken)?
    await withCheckedContinuation { continuation in
      let hasRung = state.withLock { state in
        if case .rung = state { return true }
        state = .waiting(continuation)
        return false
      }
      guard !hasRung else { return continuation.resume() }
      guard let instant else { return }
      if let loop = EventLoop.current {
        timer = (loop, loop.timer(at: instant) { self.ring() })
      } else {
        let clock = EventLoop.clock
        clock.execute { clock.timer(at: instant) { self.ring() } }
      }
    }
    if let timer, timer.loop.isCurrent { timer.loop.cancel(timer.token) }
  }

  /// As `wait`, but a cancelled task waits no longer.
  public func waitUnlessCancelled(
    until instant: ContinuousClock.Instant? = nil, isolation: isolated (any Actor)? = #isolation
  ) async {
    await withTaskCancellationHandler {
      await wait(until: instant)
    } onCancel: {
      ring()
    }
  }
}

extension EventLoop {
  /// For those who wait and are on no loop.
  static let clock = EventLoop(name: "clock")

  /// Suspends the task until that instant. Throws where it is cancelled before.
  public static func sleep(until instant: ContinuousClock.Instant) async throws {
    await Alarm().waitUnlessCancelled(until: instant)
    try Task.checkCancellation()
  }

  public static func sleep(for duration: Duration) async throws { try await sleep(until: .now + duration) }
}
