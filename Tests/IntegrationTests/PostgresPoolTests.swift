import EventLoop
import Postgres
import Testing

@Suite struct PostgresPoolTests {
  @Test func manyCallersShareFewConnections() async throws {
    try await PostgresDatabase.withPool(try PostgresDatabase.configuration(maxConnections: 3)) { pool async throws in
      let answers = try await withThrowingTaskGroup(of: (Int, Int32).self) { group in
        for number in 1...100 {
          group.addTask {
            let row = try #require(try await pool.query("select \(number), pg_backend_pid()").first)
            return try row.decode(Int.self, Int32.self)
          }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(answers.map(\.0).sorted() == Array(1...100))
      #expect(Set(answers.map(\.1)).count <= 3)
    }
  }

  @Test func waitersAreServedInOrder() async throws {
    let loop = EventLoop(name: "order")
    let pool = PostgresPool(configuration: try PostgresDatabase.configuration(maxConnections: 1), loop: loop)
    let served = EventLog<Int>()
    let asker = Asker(loop)
    try await withThrowingTaskGroup(of: Void.self) { group in
      try await pool.withConnection { _ in
        // An actor on the pool's loop is entered in the order in which its callers start, and they ask at once.
        for number in 1...20 {
          group.addTask { try await asker.ask(pool) { served.add(number) } }
          await asker.awaitAsked(number)
        }
      }
      try await group.waitForAll()
    }
    #expect(served.events == Array(1...20))
    await pool.close()
    loop.stop()
  }

  /// Asks for connections on the pool's own loop, and tells how many have been asked for.
  private actor Asker {
    private let loop: EventLoop
    private var asked = 0
    private var waiters: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    init(_ loop: EventLoop) { self.loop = loop }

    func ask(_ pool: PostgresPool, _ served: @Sendable () -> Void) async throws {
      // Told in the next round: until then the call below has got to where it waits.
      loop.execute { self.assumeIsolated { $0.noteAsked() } }
      try await pool.withConnection { _ in served() }
    }

    func awaitAsked(_ count: Int) async {
      if asked >= count { return }
      await withCheckedContinuation { waiters.append((count, $0)) }
    }

    private func noteAsked() {
      asked += 1
      for waiter in waiters where waiter.count <= asked { waiter.continuation.resume() }
      waiters.removeAll { $0.count <= asked }
    }
  }

  /// Callers that prefer an executor are queued anew at every suspension point: also between the look for a free
  /// connection and the wait for one.
  @Test func noCallerIsForgotten() async throws {
    let loop = EventLoop(name: "prefer")
    let pool = PostgresPool(configuration: try PostgresDatabase.configuration(maxConnections: 1), loop: loop)
    let served = EventLog<Int>()
    for _ in 1...20 {
      try await withThrowingTaskGroup(of: Void.self) { group in
        try await pool.withConnection { _ in
          for number in 1...20 {
            group.addTask(executorPreference: loop) { try await pool.withConnection { _ in served.add(number) } }
          }
          await Task(executorPreference: loop) {}.value
        }
        try await group.waitForAll()
      }
    }
    #expect(served.events.count == 400)
    await pool.close()
    loop.stop()
  }

  @Test func aCancelledWaiterLeavesTheQueue() async throws {
    try await PostgresDatabase.withPool(try PostgresDatabase.configuration(maxConnections: 1)) { pool async throws in
      try await pool.withConnection { _ in
        let waiter = Task { try await pool.query("select 1") }
        waiter.cancel()
        let error = try await databaseError { try await waiter.value }
        #expect(error.code == .cancelled)
      }
      #expect(try await pool.query("select 1").count == 1)
    }
  }

  @Test func aWaiterGivesUpInTime() async throws {
    var configuration = try PostgresDatabase.configuration(maxConnections: 1)
    configuration.acquireTimeout = .milliseconds(20)
    try await PostgresDatabase.withPool(configuration) { pool async throws in
      // The first connection may itself take longer to open than the others wait.
      while (try? await pool.query("select 1")) == nil {}
      try await pool.withConnection { connection in
        let error = try await databaseError { try await pool.query("select 1") }
        #expect(error.code == .unavailable && error.isRetryable)
        #expect(try await connection.query("select 1").count == 1)
      }
    }
  }

  @Test func aStatementThatRunsTooLongIsCancelled() async throws {
    let url = try PostgresDatabase.url()
    var configuration = PostgresConfiguration(
      url: url, applicationName: "mailout-tests", statementTimeout: .seconds(1), connectTimeout: .seconds(60),
      acquireTimeout: .seconds(120))
    // The server is to end it, however late it does so, not this side.
    configuration.answerGrace = .seconds(120)
    try await PostgresDatabase.withPool(configuration) { pool async throws in
      let error = try await databaseError { try await pool.query("select pg_sleep(60)") }
      #expect(error.code == .timedOut && error.sqlState == "57014")
      // A busy server may have no second to spare for this either.
      try await until { (try? await pool.query("select 1").count) == 1 }
    }
  }

  @Test func aTransactionLeftOpenDoesNotReachTheNext() async throws {
    try await PostgresDatabase.withPool(try PostgresDatabase.configuration(maxConnections: 1)) { pool async throws in
      try await pool.withConnection { connection in
        try await connection.query("begin")
        try await connection.query("set local statement_timeout = '1s'")
      }
      let row = try #require(try await pool.query("show statement_timeout").first)
      #expect(try row[0, as: String.self] == "10min")
    }
  }

  @Test func sharesALoopWithItsCallers() async throws {
    let loop = EventLoop(name: "shared")
    let pool = PostgresPool(configuration: try PostgresDatabase.configuration(), loop: loop)
    let count = try await Task(executorPreference: loop) {
      try await pool.withTransaction { connection in
        var count = 0
        for _ in 1...10 { count += try await connection.query("select 1").count }
        return count
      }
    }.value
    #expect(count == 10)
    await pool.close()
    loop.stop()
  }

  @Test func refusesWorkOnceClosed() async throws {
    let pool = PostgresPool(configuration: try PostgresDatabase.configuration(maxConnections: 1))
    try await pool.query("select 1")
    let (holds, proceed) = (EventLog<Int>(), EventLog<Int>())
    let holder = Task {
      try await pool.withConnection { connection in
        holds.add(1)
        _ = try await proceed.first { _ in true }
        return try await connection.query("select 1").count
      }
    }
    _ = try await holds.first { _ in true }
    async let closed: Void = pool.close()
    // Until the pool has heard of it a query waits for the one connection and is then refused.
    let refused = try await databaseError { try await pool.query("select 1") }
    #expect(refused.code == .closed)
    proceed.add(1)
    #expect(try await holder.value == 1)
    await closed
    #expect(try await databaseError { try await pool.withTransaction { _ in } }.code == .closed)
    await pool.close()
  }
}
