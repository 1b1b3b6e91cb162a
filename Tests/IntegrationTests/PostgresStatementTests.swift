import Postgres
import Testing

@Suite struct PostgresStatementTests {
  private func withOne(_ body: (PostgresPool, String) async throws -> Void) async throws {
    try await PostgresDatabase.withSchema(try PostgresDatabase.configuration(maxConnections: 1), body)
  }

  private func prepared(_ connection: PostgresConnection) async throws -> Int {
    try #require(try await connection.query("select count(*) from pg_prepared_statements").first)[0, as: Int.self]
  }

  @Test func preparesOnce() async throws {
    try await withOne { pool, _ async throws in
      try await pool.withConnection { connection in
        for number in 1...20 { try await connection.query("select \(number)") }
        let before = try await prepared(connection)
        for number in 1...20 { try await connection.query("select \(number)") }
        #expect(try await prepared(connection) == before)
      }
    }
  }

  @Test func preparesAgainWhenAColumnWasAdded() async throws {
    try await withOne { pool, schema async throws in
      try await pool.query("create table \(raw: schema).t (id int)")
      try await pool.query("insert into \(raw: schema).t values (1)")
      #expect(try await pool.query("select * from \(raw: schema).t").columns == ["id"])
      try await pool.query("alter table \(raw: schema).t add column name text")
      #expect(try await pool.query("select * from \(raw: schema).t").columns == ["id", "name"])
      // A transaction has lost what it did before: its owner has to start again, and can.
      try await pool.query("alter table \(raw: schema).t add column more text")
      let error = try await databaseError {
        try await pool.withTransaction { connection in
          try await connection.query("insert into \(raw: schema).t values (2)")
          try await connection.query("select * from \(raw: schema).t")
        }
      }
      #expect(error.sqlState == "0A000" && error.isRetryable)
      let columns = try await pool.withTransaction { connection in
        try await connection.query("select * from \(raw: schema).t").columns
      }
      #expect(columns == ["id", "name", "more"])
    }
  }

  @Test func preparesAgainWhatTheServerForgot() async throws {
    try await withOne { pool, schema async throws in
      try await pool.query("create table \(raw: schema).t (id int)")
      for round in 1...3 {
        try await pool.withTransaction { connection in
          try await connection.query("insert into \(raw: schema).t values (\(round))")
        }
        #expect(try await pool.query("select 1 from \(raw: schema).t").count == round)
        try await pool.withConnection { try await $0.execute(script: "deallocate all") }
      }
    }
  }

  @Test func aTransactionWhoseBeginFailedDoesNotCommitPieces() async throws {
    try await withOne { pool, schema async throws in
      try await pool.query("create table \(raw: schema).t (id int)")
      try await pool.withTransaction { try await $0.query("select 1") }
      try await pool.withConnection { try await $0.execute(script: "deallocate all") }
      struct Refusal: Error {}
      await #expect(throws: Refusal.self) {
        try await pool.withTransaction { connection in
          try await connection.query("insert into \(raw: schema).t values (1)")
          throw Refusal()
        }
      }
      #expect(try await pool.query("select 1 from \(raw: schema).t").isEmpty)
    }
  }

  @Test func forgetsTheOldestBeyondItsBound() async throws {
    try await withOne { pool, _ async throws in
      try await pool.withConnection { connection in
        for number in 1...600 { try await connection.query("select \(raw: "\(number)")") }
        // What was dropped is deallocated behind the statement that dropped it.
        try await connection.query("select 1 as one")
        #expect(try await prepared(connection) <= 258)
      }
    }
  }

  @Test func aStatementThatDoesNotParseIsNotKept() async throws {
    try await withOne { pool, _ async throws in
      for _ in 1...2 {
        let error = try await databaseError { try await pool.query("selekt 1") }
        #expect(error.sqlState == "42601")
      }
    }
  }

  @Test func anEmptyStatementAnswersNothing() async throws {
    try await withOne { pool, _ async throws in
      #expect(try await pool.query("").isEmpty)
      #expect(try await pool.query("select").columns.isEmpty)
    }
  }
}
