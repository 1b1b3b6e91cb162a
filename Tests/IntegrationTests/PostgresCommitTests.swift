import Postgres
import Testing

@Suite struct PostgresCommitTests {
  private struct Refusal: Error {}

  /// Statements that go out with the COMMIT belong to the transaction, which they may begin and may break.
  @Test func statementsGoOutWithTheCommit() async throws {
    try await PostgresDatabase.withSchema { pool, schema async throws in
      let table = "\(schema).t"
      try await pool.query("create table \(raw: table) (id int)")
      try await pool.withTransaction { connection in
        try await connection.atCommit("insert into \(raw: table) values (1)")
      }
      try await pool.withTransaction { connection in
        try await connection.query("insert into \(raw: table) values (2)")
        try await connection.atCommit("insert into \(raw: table) values (3)")
        try await connection.atCommit("insert into \(raw: table) values (4)")
        #expect(try await count(pool, table) == 1)
      }
      #expect(try await count(pool, table) == 4)
      await #expect(throws: Refusal.self) {
        try await pool.withTransaction { connection in
          try await connection.atCommit("insert into \(raw: table) values (5)")
          throw Refusal()
        }
      }
      let error = await #expect(throws: PostgresError.self) {
        try await pool.withTransaction { connection in
          try await connection.query("insert into \(raw: table) values (6)")
          try await connection.atCommit("insert into \(raw: table) values ('x')")
        }
      }
      #expect(error?.sqlState == "22P02")
      await #expect(throws: PostgresError.self) {
        try await pool.withTransaction { try await $0.atCommit("select \("a\0b")") }
      }
      try await pool.withTransaction { try await $0.query("insert into \(raw: table) values (7)") }
      #expect(try await count(pool, table) == 5)
    }
  }

  private func count(_ pool: PostgresPool, _ table: String) async throws -> Int {
    try #require(try await pool.query("select count(*) from \(raw: table)").first)[0, as: Int.self]
  }
}
