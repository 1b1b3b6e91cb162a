import Postgres
import Testing

@Suite struct PostgresQueryTests {
  @Test func bindsValuesAndReadsRows() async throws {
    try await PostgresDatabase.withSchema { pool, schema in
      try await pool.query("create table \(raw: schema).t (id bigint primary key, name text, at timestamptz)")
      let inserted = try await pool.query(
        "insert into \(raw: schema).t values (\(1), \("Ann"), now()), (\(2), \(String?.none), null)")
      #expect(inserted.affected == 2)
      let rows = try await pool.query("select id, name from \(raw: schema).t order by id")
      #expect(rows.count == 2)
      #expect(rows.columns == ["id", "name"])
      #expect(try rows[0][0, as: Int64.self] == 1)
      #expect(try rows[0]["name", as: String.self] == "Ann")
      #expect(try rows[1]["name", as: String?.self] == nil)
      let (id, name) = try rows[0].decode(Int.self, String?.self)
      #expect(id == 1 && name == "Ann")
    }
  }

  @Test func hostileTextStaysData() async throws {
    try await PostgresDatabase.withPool { pool in
      let hostile = "'; drop table customers; -- $1 \\ \" \u{1F600}"
      let row = try #require(try await pool.query("select \(hostile)::text, \([hostile])::text[]").first)
      #expect(try row[0, as: String.self] == hostile)
      #expect(try row[1, as: [String].self] == [hostile])
    }
  }

  @Test func nestsFragments() async throws {
    try await PostgresDatabase.withPool { pool in
      let filters: [SQL] = (1...11).map { "n <> \($0)" }
      let all = SQL.join(filters, separator: " and ")
      let rows = try await pool.query(
        "select n from generate_series(\(1), \(13)) n where \(fragment: all) and n < \(99) order by n")
      #expect(try rows.map { try $0[0, as: Int.self] } == [12, 13])
    }
  }

  @Test func reportsTheServersError() async throws {
    try await PostgresDatabase.withSchema { pool, schema in
      try await pool.query("create table \(raw: schema).t (id int constraint only_once unique)")
      try await pool.query("insert into \(raw: schema).t values (1)")
      let error = try await #require(throws: PostgresError.self) {
        try await pool.query("insert into \(raw: schema).t values (1)")
      }
      #expect(error.code == .sql("23505"))
      #expect(error.sqlState == "23505")
      #expect(error.constraint == "only_once")
      #expect(error.table == "t")
      #expect(error.detail?.contains("(id)=(1)") == true)
      #expect(!error.isRetryable)
      // What failed leaves the connection as good as it was.
      #expect(try await pool.query("select count(*) from \(raw: schema).t").first?[0, as: Int.self] == 1)
    }
  }

  @Test func namesTheColumnThatDoesNotDecode() async throws {
    try await PostgresDatabase.withPool { pool in
      let row = try #require(try await pool.query("select null::int as age, 1.5::numeric as rate, 1 as n").first)
      let null = #expect(throws: PostgresError.self) { try row["age", as: Int.self] }
      #expect(null?.code == .decoding && null?.column == "age")
      let numeric = #expect(throws: PostgresError.self) { try row["rate", as: Double.self] }
      #expect(numeric?.code == .decoding && numeric?.column == "rate")
      #expect(numeric?.message.contains("numeric") == true)
      #expect(throws: PostgresError.self) { try row["none", as: Int.self] }
      #expect(throws: PostgresError.self) { try row[3, as: Int.self] }
      #expect(throws: PostgresError.self) { try row[2, as: String.self] }
    }
  }

  @Test func refusesTextThatPostgresCannotHold() async throws {
    try await PostgresDatabase.withPool { pool in
      let error = try await databaseError { try await pool.query("select \("a\0b")::text") }
      #expect(error.code == .encoding)
    }
  }
}
