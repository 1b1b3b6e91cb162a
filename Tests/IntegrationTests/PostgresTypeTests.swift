import FoundationEssentials
import Postgres
import Testing

@Suite struct PostgresTypeTests {
  private enum Colour: String, PostgresBindable { case red, green }

  /// Sends a value, casts it to `type` in the server and reads it back.
  private func check<T: PostgresBindable & Equatable>(
    _ values: [T], _ type: String, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    try await PostgresDatabase.withPool { pool async throws in
      for value in values {
        let row = try #require(try await pool.query("select \(value)::\(raw: type)").first)
        let read = try row[0, as: T.self]
        #expect(read == value, sourceLocation: sourceLocation)
        let null = try #require(try await pool.query("select \(T?.none)::\(raw: type)").first)
        #expect(try null[0, as: T?.self] == nil, sourceLocation: sourceLocation)
      }
    }
  }

  @Test func integers() async throws {
    try await check([0, -1, Int.max, Int.min], "int8")
    try await check([0, Int64.max, Int64.min], "int8")
    try await check([0, Int32.max, Int32.min], "int4")
    try await check([0, Int16.max, Int16.min], "int2")
    try await check([0, 7, -32_768], "int2")
  }

  @Test func integersOfAnotherWidth() async throws {
    try await PostgresDatabase.withPool { pool async throws in
      let row = try #require(try await pool.query("select 7::int2, 8::int4, 9::int8, 10::oid, 70000").first)
      let (two, four, eight, oid) = try row.decode(Int.self, Int64.self, Int32.self, Int.self)
      #expect((two, four) == (7, 8) && (eight, oid) == (9, 10))
      let error = try await databaseError { try row[4, as: Int16.self] }
      #expect(error.code == .decoding)
    }
  }

  @Test func numbersAndTruth() async throws {
    try await check([true, false], "bool")
    try await check([0, -0.1, Double.pi, .infinity, -.infinity, Double.leastNonzeroMagnitude], "float8")
    try await check([0, -0.5, Float.pi, .infinity], "float4")
    try await PostgresDatabase.withPool { pool async throws in
      let row = try #require(try await pool.query("select \(Double.nan), 0.5::float4").first)
      #expect(try row[0, as: Double.self].isNaN)
      #expect(try row[1, as: Double.self] == 0.5)
    }
  }

  @Test func texts() async throws {
    let long = String(repeating: "x", count: 100_000)
    let texts = ["", " ", "a", "Ünïcödé \u{1F468}\u{200D}\u{1F469} \u{0301}", "\\N \t\n\r\"'{}", long]
    for type in ["text", "varchar"] { try await check(texts, type) }
    try await check(["short"], "name")
    try await check(["abc"], "char(3)")
    try await check(["a", "ß\""].map(Optional.some), "text")
  }

  @Test func bytes() async throws {
    try await check([[], Array(0...255), [UInt8](repeating: 0, count: 100_000)], "bytea")
  }

  @Test func dates() async throws {
    let dates = [0, 1.5, -1.5, 1_700_000_000.123456, -62_135_596_800, 253_402_300_799].map {
      Date(timeIntervalSince1970: $0)
    }
    try await check(dates, "timestamptz")
    try await PostgresDatabase.withPool { pool async throws in
      let instant = Date(timeIntervalSince1970: 1_700_000_000.5)
      let row = try #require(
        try await pool.query(
          """
          select extract(epoch from \(instant))::float8, 'infinity'::timestamptz, '-infinity'::timestamptz,
            '2023-11-14 22:13:20.5+00'::timestamptz
          """
        ).first)
      #expect(try row[0, as: Double.self] == 1_700_000_000.5)
      #expect(try row[1, as: Date.self] == .distantFuture)
      #expect(try row[2, as: Date.self] == .distantPast)
      #expect(try row[3, as: Date.self] == instant)
    }
  }

  @Test func identifiersAndJSON() async throws {
    try await check([UUID(), UUID()], "uuid")
    for type in ["json", "jsonb"] {
      let json = PostgresJSON(Array(#"{"a": [1, null, "ü\n"]}"#.utf8))
      try await check([json], type)
      try await PostgresDatabase.withPool { pool async throws in
        let row = try #require(try await pool.query("select \(json)::\(raw: type)").first)
        #expect(try row[0, as: String.self] == #"{"a": [1, null, "ü\n"]}"#)
      }
    }
  }

  @Test func arrays() async throws {
    try await check([[], [1, Int.min]], "int8[]")
    try await check([[], [1, Int64.max]], "int8[]")
    try await check([[], [1, Int32.max]], "int4[]")
    try await check([[], [1, Int16.max]], "int2[]")
    try await check([[], [true, false]], "bool[]")
    try await check([[], [0.5, -.infinity]], "float8[]")
    try await check([[], [Float(0.5)]], "float4[]")
    try await check([[], ["", "a,b", "{\"x\"}", "NULL", "\\"]], "text[]")
    try await check([[], [[], [0, 255]]] as [[[UInt8]]], "bytea[]")
    try await check([[], [Date(timeIntervalSince1970: 1.25)]], "timestamptz[]")
    try await check([[], [UUID()]], "uuid[]")
    try await check([[], [PostgresJSON(Array("{}".utf8)), PostgresJSON(Array("[1]".utf8))]], "jsonb[]")
  }

  @Test func arraysWithNulls() async throws {
    try await check([[], [nil], ["a", nil, ""]] as [[String?]], "text[]")
    try await check([[nil, 1, nil]] as [[Int64?]], "int8[]")
    try await check([[nil, [1], []]] as [[[UInt8]?]], "bytea[]")
    try await check([[nil, Date(timeIntervalSince1970: 0)]] as [[Date?]], "timestamptz[]")
    try await PostgresDatabase.withPool { pool async throws in
      let rows = try await pool.query("select array[1, null]::int8[] as ids, '{{1},{2}}'::int[] as deep")
      let row = try #require(rows.first)
      #expect(try await databaseError { try row["ids", as: [Int].self] }.column == "ids")
      #expect(try await databaseError { try row["deep", as: [Int].self] }.column == "deep")
    }
  }

  @Test func aBatchInOneParameterEach() async throws {
    try await PostgresDatabase.withPool { pool async throws in
      let ids = Array(1...5000)
      let names = ids.map { $0 % 3 == 0 ? nil : "name \($0)" }
      let bodies = ids.map { Array("body \($0)".utf8) }
      let rows = try await pool.query(
        "select * from unnest(\(ids), \(names), \(bodies)) as t(id, name, body) order by id")
      #expect(rows.count == 5000)
      #expect(try rows.map { try $0[0, as: Int.self] } == ids)
      #expect(try rows.map { try $0[1, as: String?.self] } == names)
      #expect(try rows.map { try $0[2, as: [UInt8].self] } == bodies)
    }
  }

  @Test func enumsBothSides() async throws {
    try await PostgresDatabase.withSchema { pool, schema async throws in
      try await pool.query("create type \(raw: schema).colour as enum ('red', 'green', 'blue')")
      let row = try #require(
        try await pool.query("select \(Colour.green)::\(raw: schema).colour, 'blue'::\(raw: schema).colour").first)
      #expect(try row[0, as: Colour.self] == .green)
      #expect(try row[0, as: String.self] == "green")
      #expect(try await databaseError { try row[1, as: Colour.self] }.code == .decoding)
    }
  }

  @Test func theSameTextWithParametersOfOtherTypes() async throws {
    try await PostgresDatabase.withPool(try PostgresDatabase.configuration(maxConnections: 1)) { pool async throws in
      func type(_ sql: SQL) async throws -> String {
        try #require(try await pool.query(sql).first)[0, as: String.self]
      }
      for _ in 1...2 {
        #expect(try await type("select pg_typeof(\(1))::text") == "bigint")
        #expect(try await type("select pg_typeof(\(1.5))::text") == "double precision")
        #expect(try await type("select pg_typeof(\(Int?.none))::text") == "bigint")
      }
    }
  }
}
