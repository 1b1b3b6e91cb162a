import Synchronization

/// A wish to end that is uttered once, and that any number of tasks can wait for.
public final class ShutdownSignal: Sendable {
  private struct State {
    var isTriggered = false
    var last = 0
    var handlers: [Int: @Sendable () -> Void] = [:]
  }

  private let state = Mutex(State())

  public init() {}

  public var isTriggered: Bool { state.withLock { $0.isTriggered } }

  /// Utters the wish; only the first time counts.
  public func trigger() {
    let handlers = state.withLock { state in
      defer { state.handlers = [:] }
      state.isTriggered = true
      return Array(state.handlers.values)
    }
    for handler in handlers { handler() }
  }

  /// Returns once it is triggered, or once the calling task is cancelled.
  public func wait() async {
    let (waiting, resume) = AsyncStream<Void>.makeStream()
    let token = onTrigger { resume.finish() }
    defer { forget(token) }
    for await _ in waiting {}
  }

  /// Calls `handler` once: when it is triggered, or at once where it has been.
  @discardableResult
  func onTrigger(_ handler: @escaping @Sendable () -> Void) -> Int {
    let token: Int? = state.withLock { state in
      if state.isTriggered { return nil }
      state.last += 1
      state.handlers[state.last] = handler
      return state.last
    }
    if let token { return token }
    handler()
    return 0
  }

  func forget(_ token: Int) {
    state.withLock { $0.handlers[token] = nil }
  }
}
