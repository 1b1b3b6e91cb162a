import EventLoop

/// The graceful end, as a component's code sees it: first it is asked to finish, and only when that takes too long is
/// its task cancelled. Outside a `ServiceGroup` nobody ever asks.
public enum Shutdown {
  /// The wish that concerns the current task, handed down to its child tasks.
  @TaskLocal public static var signal: ShutdownSignal?

  /// Whether the current component has been asked to finish.
  public static var isRequested: Bool { signal?.isTriggered ?? false }

  /// Returns once the current component is asked to finish, or once the task is cancelled.
  public static func requested() async {
    await (signal ?? ShutdownSignal()).wait()
  }

  /// Runs `operation`, and calls `handler` when it is asked to finish meanwhile (at once where it was before).
  public static func withHandler<Value>(
    isolation: isolated (any Actor)? = #isolation, _ operation: () async throws -> Value,
    onRequest handler: @escaping @Sendable () -> Void
  ) async rethrows -> Value {
    guard let signal else { return try await operation() }
    let token = signal.onTrigger(handler)
    defer { signal.forget(token) }
    return try await operation()
  }

  /// Sleeps; throws `CancellationError` when the component is asked to finish meanwhile.
  public static func sleep(for duration: Duration) async throws {
    try await cancelling { try await EventLoop.sleep(for: duration) }
  }

  /// Runs `operation`, and cancels it when the component is asked to finish.
  public static func cancelling<Value: Sendable>(
    _ operation: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    try await withThrowingTaskGroup(of: Value?.self) { group in
      group.addTask { try await operation() }
      group.addTask {
        await requested()
        return nil
      }
      defer { group.cancelAll() }
      while let result = try await group.next() {
        if let result { return result }
        group.cancelAll()
      }
      throw CancellationError()
    }
  }
}
