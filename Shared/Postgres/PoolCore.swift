internal import EventLoop

/// The state of a pool, on the pool's loop: its connections and who waits for one.
actor PoolCore {
  struct Idle {
    let connection: PostgresConnection
    let since: ContinuousClock.Instant
  }

  struct Waiter {
    let begins: Bool
    let deadline: TimerToken
    let continuation: CheckedContinuation<PostgresConnection, any Error>
  }

  /// After this long unused a connection is looked at before it is lent.
  private static let trust: Duration = .milliseconds(100)

  nonisolated let loop: EventLoop
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  let configuration: PostgresConfiguration
  let parameters: Result<ConnectionParameters, PostgresError>
  var members: [ObjectIdentifier: PostgresConnection] = [:]
  var connecting: Set<ObjectIdentifier> = []
  var idle: [Idle] = []
  var waiters: [UInt64: Waiter] = [:]
  /// Who waits, in order; those no longer in `waiters` have given up.
  var order = Queue<UInt64>()
  private var lastWaiter: UInt64 = 0
  var backoff = Backoff()
  var retry: TimerToken?
  var lastFailure: PostgresError?
  var isClosed = false
  var closers: [CheckedContinuation<Void, Never>] = []
  private let listener: Listener?

  init(_ configuration: PostgresConfiguration, loop: EventLoop) {
    self.configuration = configuration
    self.loop = loop
    do throws(PostgresError) {
      let known = try ConnectionParameters(configuration)
      parameters = .success(known)
      listener = Listener(configuration, known, loop: loop)
    } catch {
      parameters = .failure(error)
      listener = nil
    }
  }

  func query(_ sql: SQL) async throws -> PostgresRows {
    do {
      return try await queryOnce(sql)
    } catch let error as PostgresError where error.neverSent && !isClosed {
      return try await queryOnce(sql)
    }
  }

  private func queryOnce(_ sql: SQL) async throws -> PostgresRows {
    let connection = try await acquire(begins: false)
    defer { release(connection) }
    return try await connection.query(sql)
  }

  func acquire(begins: Bool) async throws -> PostgresConnection {
    guard !Task.isCancelled else { throw PostgresError.cancelledBeforeSending }
    guard !isClosed else { throw PostgresError.poolClosed }
    _ = try parameters.get()
    if let connection = takeIdle(begins: begins) { return connection }
    return try await wait(begins: begins)
  }

  private func takeIdle(begins: Bool) -> PostgresConnection? {
    while let candidate = idle.popLast() {
      let isTrusted = candidate.since.duration(to: .now) < Self.trust
      let isUsable = candidate.connection.assumeIsolated { connection in
        guard isTrusted ? connection.state == .ready : connection.checkAlive() else { return false }
        if begins { connection.beginTransaction() }
        return true
      }
      if isUsable { return candidate.connection }
    }
    return nil
  }

  private func wait(begins: Bool) async throws -> PostgresConnection {
    lastWaiter += 1
    let number = lastWaiter
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        // A caller that prefers an executor has been put into the queue again on its way here: a connection may have
        // come to rest meanwhile, and nobody would hand it out; nor would anybody tell it of its cancellation or the end.
        if Task.isCancelled { return continuation.resume(throwing: PostgresError.cancelledBeforeSending) }
        if isClosed { return continuation.resume(throwing: PostgresError.poolClosed) }
        if let connection = takeIdle(begins: begins) { return continuation.resume(returning: connection) }
        let deadline = loop.timer(at: .now + configuration.acquireTimeout) { [self] in
          giveUp(number, unavailable())
        }
        waiters[number] = Waiter(begins: begins, deadline: deadline, continuation: continuation)
        order.append(number)
        grow()
      }
    } onCancel: {
      // The handler runs on any thread, and a pool is an actor.
      Task { await self.giveUp(number, PostgresError.cancelledBeforeSending) }
    }
  }

  private func giveUp(_ number: UInt64, _ error: PostgresError) {
    guard let waiter = waiters.removeValue(forKey: number) else { return }
    loop.cancel(waiter.deadline)
    waiter.continuation.resume(throwing: error)
  }

  private func unavailable() -> PostgresError {
    let waited = "no connection within \(configuration.acquireTimeout)"
    return PostgresError(.unavailable, waited, cause: lastFailure?.description ?? "all \(members.count) are in use")
  }

  func commitAndRelease(_ connection: PostgresConnection) async throws {
    try await connection.commitTransaction()
    release(connection)
  }

  func rollBackAndRelease(_ connection: PostgresConnection) async {
    await connection.rollbackTransaction()
    release(connection)
  }

  func release(_ connection: PostgresConnection) {
    let isReusable = connection.assumeIsolated { connection in
      if connection.isReusable && !isClosed { return true }
      connection.fail(PostgresError(.serverClosed, "given back in a state that cannot be used again"))
      return false
    }
    if isReusable { offer(connection) }
  }

  /// To the one who has waited longest, or to rest.
  func offer(_ connection: PostgresConnection) {
    while let number = order.popFirst() {
      guard let waiter = waiters.removeValue(forKey: number) else { continue }
      loop.cancel(waiter.deadline)
      if waiter.begins { connection.assumeIsolated { $0.beginTransaction() } }
      return waiter.continuation.resume(returning: connection)
    }
    idle.append(Idle(connection: connection, since: .now))
  }

  func subscribe(_ subscriber: Listener.Subscriber, to channel: String) async {
    guard let listener else { return subscriber.finish() }
    await listener.subscribe(subscriber, to: channel)
  }

  func close() async {
    await listener?.close()
    closeUnused()
    await withCheckedContinuation { members.isEmpty ? $0.resume() : closers.append($0) }
  }

  private func closeUnused() {
    isClosed = true
    for number in waiters.keys { giveUp(number, PostgresError.poolClosed) }
    retry.map(loop.cancel)
    retry = nil
    let unused = idle.map(\.connection) + connecting.compactMap { members[$0] }
    idle = []
    for connection in unused { connection.assumeIsolated { $0.fail(PostgresError.poolClosed) } }
  }
}

extension PostgresError {
  static var poolClosed: PostgresError { PostgresError(.closed, "the pool is closed") }
}
