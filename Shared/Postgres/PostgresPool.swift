public import EventLoop

/// A database, by way of a few connections that open when needed and come back by themselves.
///
/// All methods throw `PostgresError`, and whatever the caller's closure throws. A body runs where its caller runs.
public final class PostgresPool: Sendable {
  private let core: PoolCore
  private let ownLoop: EventLoop?

  /// Opens nothing yet. Without a loop the pool has a thread of its own.
  public init(configuration: PostgresConfiguration, loop: EventLoop? = nil) {
    ownLoop = loop == nil ? EventLoop(name: "postgres") : nil
    core = PoolCore(configuration, loop: loop ?? ownLoop!)
  }

  deinit {
    let (core, ownLoop) = (core, ownLoop)
    Task {
      await core.close()
      ownLoop?.stop()
    }
  }

  /// The pool's thread: a task that mostly waits for the database and prefers this changes threads for none of its
  /// statements. Whatever computes for long belongs elsewhere.
  public var executor: any TaskExecutor { core.loop }

  /// One statement on any connection; it commits on its own. Repeated once where it certainly had not been sent.
  @discardableResult
  public func query(_ sql: SQL) async throws -> PostgresRows {
    try await core.query(sql)
  }

  /// Lends a connection. Callers wait in the order they came, at most `acquireTimeout`.
  /// Settings of the session must be put back by the body.
  @discardableResult
  public nonisolated(nonsending) func withConnection<R: Sendable>(
    _ body: nonisolated(nonsending) (PostgresConnection) async throws -> R
  ) async throws -> R {
    let connection = try await core.acquire(begins: false)
    do {
      let result = try await body(connection)
      await core.release(connection)
      return result
    } catch {
      await core.release(connection)
      throw error
    }
  }

  /// Runs the body in a transaction, which commits when it returns and rolls back when it throws or its task has been
  /// cancelled. When this throws `.serverClosed` from the commit, it may have taken effect.
  @discardableResult
  public nonisolated(nonsending) func withTransaction<R: Sendable>(
    _ body: nonisolated(nonsending) (PostgresConnection) async throws -> R
  ) async throws -> R {
    let connection = try await core.acquire(begins: true)
    do {
      let result = try await body(connection)
      try await core.commitAndRelease(connection)
      return result
    } catch {
      await core.rollBackAndRelease(connection)
      throw error
    }
  }

  /// The payloads of `NOTIFY channel` (exact case), over reconnects. An empty payload comes once the server listens,
  /// after each reconnect and where a slow consumer lost payloads: look at the tables then, and nothing is missed.
  /// All channels share one connection, apart from the pool's others. Ends when the pool closes.
  public func listen(_ channel: String) -> AsyncStream<String> {
    let (stream, subscriber) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingNewest(1024))
    Task { [core] in await core.subscribe(subscriber, to: channel) }
    return stream
  }

  /// Refuses new work, waits for what is under way, closes every connection.
  public func close() async {
    await core.close()
  }
}
