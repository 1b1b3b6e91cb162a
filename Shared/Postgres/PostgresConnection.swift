internal import CPostgres
internal import EventLoop

/// One session with the server.
///
/// Runs on its pool's event loop: a caller on the same loop changes no thread. Several statements may be under way
/// at once; the server works through them in order, and one that fails leaves the others alone. Not to be kept beyond
/// the `withConnection` or `withTransaction` that lent it. All errors are `PostgresError`.
public actor PostgresConnection {
  enum Work {
    case pipeline(PipelineRequest)
    case exclusive(ExclusiveRequest)
  }

  enum Signal: Sendable {
    case ready(host: String)
    case closed(PostgresError)
    case notification(channel: String, payload: String)
  }

  enum State { case idle, connecting, ready, closed }

  nonisolated let loop: EventLoop
  public nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  let parameters: ConnectionParameters
  /// Told what happens to the connection, on the loop.
  let signal: @Sendable (PostgresConnection, Signal) -> Void
  var state = State.idle
  /// libpq's connection; nil before the start and after the end.
  var handle: OpaquePointer?
  var watched: Int32 = -1
  var wantsWrite = false
  var deadline: TimerToken?
  /// When the server last said or took something, or came to owe an answer.
  var lastHeard = ContinuousClock.now
  var silence: TimerToken?
  /// Until the end of the present transaction its statements may run for any time.
  var isUnbounded = false
  /// What has not been sent because something has to finish before.
  var backlog = Queue<Work>()
  var pipeline = Pipeline()
  var exclusive: ExclusiveRequest?
  var cache = StatementCache()
  /// A transaction is wanted: BEGIN goes out with the first statement.
  var beginsNext = false
  /// What is to be done once the present transaction has committed.
  var commitHooks: [@Sendable () -> Void] = []
  /// What is to be sent with its COMMIT.
  var commitStatements: [SQL] = []

  init(
    parameters: ConnectionParameters, loop: EventLoop, signal: @escaping @Sendable (PostgresConnection, Signal) -> Void
  ) {
    self.parameters = parameters
    self.loop = loop
    self.signal = signal
  }

  /// Runs one statement. Outside a transaction it commits on its own.
  @discardableResult
  public func query(_ sql: SQL) async throws -> PostgresRows {
    let rows = try await pipeline([sql])
    guard let answer = rows.first else { throw PostgresError(.serverClosed, "a statement was not answered") }
    return answer
  }

  /// Runs statements in one round trip and answers with their rows in order. Stops at the first that fails and throws
  /// its error; outside a transaction all of them take effect or none.
  @discardableResult
  public func pipeline(_ statements: [SQL]) async throws -> [PostgresRows] {
    guard !Task.isCancelled else { throw PostgresError.cancelledBeforeSending }
    return try await send(statements)
  }

  /// Runs a text of several statements without parameters, in one go. For migrations.
  public func execute(script: String) async throws {
    guard !Task.isCancelled else { throw PostgresError.cancelledBeforeSending }
    _ = try await sendAlone(script, data: nil)
  }

  /// Copies rows into a table and answers how many. `table` and `columns` are trusted text. A row the server refuses
  /// fails all of them.
  @discardableResult
  public func copyIn(into table: String, columns: [String], rows: CopyRows) async throws -> Int {
    guard !Task.isCancelled else { throw PostgresError.cancelledBeforeSending }
    return try await sendAlone(
      "copy \(table) (\(columns.joined(separator: ", "))) from stdin (format binary)", data: rows.bytes)
  }

  /// As `pipeline`, for a cancelled task too: what cleans up must reach the server.
  func send(_ statements: [SQL]) async throws -> [PostgresRows] {
    guard !statements.isEmpty else { return [] }
    for statement in statements { try statement.checkSendable() }
    return try await withCheckedThrowingContinuation { continuation in
      submit(.pipeline(PipelineRequest(statements) { continuation.resume(with: $0) }))
    }
  }

  private func sendAlone(_ text: String, data: [UInt8]?) async throws -> Int {
    guard !text.utf8.contains(0) else { throw PostgresError(.encoding, "the script has a zero byte") }
    return try await withCheckedThrowingContinuation { continuation in
      submit(.exclusive(ExclusiveRequest(text, data: data) { continuation.resume(with: $0) }))
    }
  }
}

extension SQL {
  func checkSendable() throws(PostgresError) {
    guard !parts.hasZeroByte else { throw PostgresError(.encoding, "a text parameter has a zero byte") }
    guard parameterCount <= 65_535 else { throw PostgresError(.encoding, "more than 65535 parameters") }
  }
}

extension PostgresError {
  static var cancelledBeforeSending: PostgresError {
    PostgresError(.cancelled, "the task was cancelled before the statement was sent")
  }
}
