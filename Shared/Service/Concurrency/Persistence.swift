import EventLoop

/// Does something until it succeeds, after pauses that grow. Of failures in a row the first is told, and the success
/// that ends them; what lies between would only fill the log.
///
///     let keep = Persistence("the journal is written", log: log)
///     guard await keep.trying({ try await store.append(entries) }) != nil else { return }
public struct Persistence: Sendable {
  private let what: String
  private let log: Log
  private let backoff: Backoff
  private let pause: @Sendable (Duration) async throws -> Void

  /// - Parameters:
  ///   - what: for the log, as a sentence that is true when it works: "the journal is written".
  ///   - pause: waits, and throws when the task is cancelled meanwhile.
  public init(
    _ what: String, log: Log, backoff: Backoff = Backoff(base: .milliseconds(100), cap: .seconds(2)),
    pause: @escaping @Sendable (Duration) async throws -> Void = { try await EventLoop.sleep(for: $0) }
  ) {
    self.what = what
    self.log = log
    self.backoff = backoff
    self.pause = pause
  }

  /// - Parameters:
  ///   - isolation: the caller's, where the body runs.
  ///   - fields: told with a failure.
  /// - Returns: what the attempt that succeeded returned; nil where the task was cancelled before there was one.
  public func trying<Value>(
    isolation: isolated (any Actor)? = #isolation,
    telling fields: @autoclosure () -> [LogField] = [], _ body: () async throws -> Value
  ) async -> Value? {
    var failures = 0
    while !Task.isCancelled {
      do {
        let value = try await body()
        if failures > 0 { log.info("\(what) again", [.field("failures", failures)] + fields()) }
        return value
      } catch {
        if Task.isCancelled { return nil }
        if failures == 0 { log.error("not yet, trying again: \(what)", [.error(error)] + fields()) }
        failures += 1
        do { try await pause(backoff.delay(attempt: failures)) } catch { return nil }
      }
    }
    return nil
  }
}
