import Postgres
import Testing

@Suite struct PostgresTransactionTests {
  private struct Refusal: Error {}

  private func withTable(_ body: (PostgresPool, String) async throws -> Void) async throws {
    try await PostgresDatabase.withSchema { pool, schema in
      let table = "\(schema).t"
      try await pool.query("create table \(raw: table) (id int unique deferrable initially deferred)")
      try await body(pool, table)
    }
  }

  private func count(_ pool: PostgresPool, _ table: String) async throws -> Int {
    try #require(try await pool.query("select count(*) from \(raw: table)").first)[0, as: Int.self]
  }

  @Test func commits() async throws {
    try await withTable { pool, table async throws in
      let answer = try await pool.withTransaction { connection in
        try await connection.query("insert into \(raw: table) values (1)")
        try await connection.query("insert into \(raw: table) values (2)")
        return "done"
      }
      #expect(answer == "done")
      #expect(try await count(pool, table) == 2)
    }
  }

  /// What follows a commit sees its rows; what does not commit has nothing follow it.
  @Test func hooksFollowTheCommitAndNothingElse() async throws {
    try await withTable { pool, table async throws in
      let called = EventLog<Int>()
      try await pool.withTransaction { connection in
        await connection.afterCommit { called.add(1) }
        try await connection.query("insert into \(raw: table) values (1)")
        #expect(called.events.isEmpty)
      }
      #expect(called.events == [1])
      await #expect(throws: Refusal.self) {
        try await pool.withTransaction { connection in
          try await connection.query("insert into \(raw: table) values (2)")
          await connection.afterCommit { called.add(2) }
          throw Refusal()
        }
      }
      // The constraint is checked at the commit, which fails.
      await #expect(throws: PostgresError.self) {
        try await pool.withTransaction { connection in
          try await connection.query("insert into \(raw: table) values (1)")
          await connection.afterCommit { called.add(3) }
        }
      }
      try await pool.withTransaction { connection in try await connection.query("insert into \(raw: table) values (4)")
      }
      #expect(called.events == [1])
    }
  }

  @Test func rollsBackOnThrow() async throws {
    try await withTable { pool, table async throws in
      await #expect(throws: Refusal.self) {
        try await pool.withTransaction { connection in
          try await connection.query("insert into \(raw: table) values (1)")
          throw Refusal()
        }
      }
      #expect(try await count(pool, table) == 0)
    }
  }

  @Test func rollsBackWhenTheTaskIsCancelled() async throws {
    try await withTable { pool, table async throws in
      let task = Task {
        try await pool.withTransaction { connection in
          try await connection.query("insert into \(raw: table) values (1)")
          withUnsafeCurrentTask { $0?.cancel() }
        }
      }
      let error = try await databaseError { try await task.value }
      #expect(error.code == .cancelled)
      #expect(try await count(pool, table) == 0)
    }
  }

  @Test func reportsAnErrorThatWasSwallowed() async throws {
    try await withTable { pool, table async throws in
      let error = try await databaseError {
        try await pool.withTransaction { connection in
          try await connection.query("insert into \(raw: table) values (1)")
          _ = try? await connection.query("select 1/0")
        }
      }
      #expect(error.sqlState == nil && error.code == .sql("25P02"))
      #expect(try await count(pool, table) == 0)
    }
  }

  @Test func reportsWhatOnlyTheCommitFinds() async throws {
    try await withTable { pool, table async throws in
      let error = try await databaseError {
        try await pool.withTransaction { connection in
          try await connection.query("insert into \(raw: table) values (1), (1)")
        }
      }
      #expect(error.sqlState == "23505")
      // The same at the end of a statement that commits on its own.
      let alone = try await databaseError {
        try await pool.query("insert into \(raw: table) values (1), (1)")
      }
      #expect(alone.sqlState == "23505")
      #expect(try await count(pool, table) == 0)
    }
  }

  @Test func aFirstStatementThatFailsLeavesNothingOpen() async throws {
    try await withTable { pool, table async throws in
      for _ in 1...2 {
        let error = try await databaseError {
          try await pool.withTransaction { connection in try await connection.query("select 1/0") }
        }
        #expect(error.sqlState == "22012")
      }
      try await pool.query("insert into \(raw: table) values (1)")
      #expect(try await count(pool, table) == 1)
    }
  }

  @Test func anEmptyTransactionSendsNothing() async throws {
    try await withTable { pool, _ async throws in
      try await pool.withTransaction { _ in }
      #expect(try await pool.query("select 1").count == 1)
    }
  }

  @Test func aPipelineOutsideATransactionIsAllOrNothing() async throws {
    try await withTable { pool, table async throws in
      try await pool.withConnection { connection in
        let answers = try await connection.pipeline([
          "insert into \(raw: table) values (1)", "select \(7)", "insert into \(raw: table) values (2)",
        ])
        #expect(answers.map(\.affected) == [1, 1, 1])
        _ = try await databaseError {
          try await connection.pipeline(["insert into \(raw: table) values (3)", "select 1/0"])
        }
      }
      #expect(try await count(pool, table) == 2)
    }
  }

  @Test func statementsUnderWayTogetherFailApart() async throws {
    try await withTable { pool, table async throws in
      try await pool.withConnection { connection in
        let failures = await withTaskGroup(of: Bool.self) { group in
          for index in 0..<20 {
            group.addTask {
              do {
                _ = try await connection.query("insert into \(raw: table) values (\(index) / \(index % 2))")
                return false
              } catch {
                return true
              }
            }
          }
          return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(failures == 10)
      }
      #expect(try await count(pool, table) == 10)
    }
  }
}
