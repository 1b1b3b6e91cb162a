import FoundationEssentials
import Postgres
import Testing

@Suite struct PostgresCopyTests {
  private func withTable(_ body: (PostgresPool, String) async throws -> Void) async throws {
    try await PostgresDatabase.withSchema { pool, schema in
      try await pool.query(
        """
        create table \(raw: schema).t (id bigint primary key, name text, ok bool, at timestamptz, bytes bytea,
          score float8, data jsonb, key uuid)
        """)
      try await body(pool, "\(schema).t")
    }
  }

  @Test func copiesEveryKindOfValue() async throws {
    try await withTable { pool, table async throws in
      let text = "tab\there\nline\r\\N back\\slash \u{1F600} é"
      let date = Date(timeIntervalSince1970: 1_700_000_000.123456)
      let key = UUID()
      var rows = CopyRows()
      rows.append(
        1, text, true, date, [UInt8](0...255), -1.5e300, PostgresJSON(Array(#"{"a": "x\ny"}"#.utf8)), key)
      rows.append(2, String?.none, Bool?.none, Date?.none, [UInt8](), Double.infinity, PostgresJSON?.none, UUID?.none)
      rows.append(3, "", false, Date(timeIntervalSince1970: -1.5), [UInt8]?.none, 0.0, PostgresJSON?.none, key)
      #expect(rows.count == 3)
      let columns = ["id", "name", "ok", "at", "bytes", "score", "data", "key"]
      let count = try await pool.withConnection { connection in
        try await connection.copyIn(into: table, columns: columns, rows: rows)
      }
      #expect(count == 3)
      let read = try await pool.query("select * from \(raw: table) order by id")
      #expect(try read[0]["name", as: String.self] == text)
      #expect(try read[0]["ok", as: Bool.self])
      #expect(abs(try read[0]["at", as: Date.self].timeIntervalSince(date)) < 0.000_001)
      #expect(try read[0]["bytes", as: [UInt8].self] == Array(0...255))
      #expect(try read[0]["score", as: Double.self] == -1.5e300)
      #expect(try read[0]["data", as: String.self] == #"{"a": "x\ny"}"#)
      #expect(try read[0]["key", as: UUID.self] == key)
      #expect(try read[1]["name", as: String?.self] == nil)
      #expect(try read[1]["bytes", as: [UInt8].self].isEmpty)
      #expect(try read[1]["score", as: Double.self] == .infinity)
      #expect(try read[2]["name", as: String?.self]?.isEmpty == true)
      #expect(try read[2]["at", as: Date.self] == Date(timeIntervalSince1970: -1.5))
    }
  }

  @Test func oneBadRowFailsThemAllAndTheConnectionGoesOn() async throws {
    try await withTable { pool, table async throws in
      var rows = CopyRows()
      for id in 0..<20_000 { rows.append(id, "row \(id)") }
      rows.append(5, "twice")
      try await pool.withConnection { [rows] connection in
        let error = try await databaseError {
          try await connection.copyIn(into: table, columns: ["id", "name"], rows: rows)
        }
        #expect(error.sqlState == "23505")
        #expect(try await connection.query("select count(*) from \(raw: table)").first?[0, as: Int.self] == 0)
      }
    }
  }

  @Test func aMissingTableFailsBeforeAnyData() async throws {
    try await PostgresDatabase.withPool { pool in
      try await pool.withConnection { connection in
        let error = try await databaseError {
          try await connection.copyIn(into: "no_such_table", columns: ["id"], rows: CopyRows())
        }
        #expect(error.sqlState == "42P01")
        #expect(try await connection.query("select 1").count == 1)
      }
    }
  }

  @Test func copiesMegabytesWithinATransactionAmongOtherStatements() async throws {
    try await withTable { pool, table async throws in
      var rows = CopyRows()
      let filler = String(repeating: "x", count: 1000)
      for id in 1...20_000 { rows.append(id, filler) }
      let total = try await pool.withTransaction { [rows] connection in
        async let before = connection.query("select pg_backend_pid()")
        async let copied = connection.copyIn(into: table, columns: ["id", "name"], rows: rows)
        async let after = connection.query("select 1")
        _ = try await (before, after)
        return try await copied
      }
      #expect(total == 20_000)
      #expect(try await pool.query("select count(*) from \(raw: table)").first?[0, as: Int.self] == 20_000)
    }
  }

  @Test func aCopyThatBeginsATransactionRollsBackWithIt() async throws {
    struct Refusal: Error {}
    try await withTable { pool, table async throws in
      await #expect(throws: Refusal.self) {
        try await pool.withTransaction { connection in
          var rows = CopyRows()
          rows.append(1)
          try await connection.copyIn(into: table, columns: ["id"], rows: rows)
          throw Refusal()
        }
      }
      #expect(try await pool.query("select 1 from \(raw: table)").isEmpty)
    }
  }

  @Test func runsScripts() async throws {
    try await withTable { pool, table async throws in
      try await pool.withConnection { connection in
        let insert = "insert into \(table) (id) values"
        try await connection.execute(script: "\(insert) (1); \(insert) (2)")
        let error = try await databaseError {
          try await connection.execute(script: "insert into \(table) (id) values (3); select 1/0")
        }
        #expect(error.sqlState == "22012")
        let stdin = try await databaseError {
          try await connection.execute(script: "copy \(table) (id) from stdin")
        }
        #expect(stdin.sqlState == "57014" || stdin.message.contains("script"))
        #expect(try await connection.query("select 1 from \(raw: table)").count == 2)
      }
    }
  }
}
