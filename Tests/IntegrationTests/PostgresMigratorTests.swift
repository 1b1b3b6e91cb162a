import Postgres
import Testing

@Suite struct PostgresMigratorTests {
  private let first = Migration(
    name: "0001_start", sql: "create table SCHEMA.t (id int); insert into SCHEMA.t values (1);")
  private let second = Migration(name: "0002_more", sql: "insert into SCHEMA.t values (2)")

  /// The migrations with the schema's name put in, and a pool in which the schema does not exist yet.
  private func withMigrator(_ body: (PostgresPool, Migrator, String, [Migration]) async throws -> Void) async throws {
    let schema = "test_\(UInt64.random(in: 0...UInt64.max))"
    let migrations = [first, second].map { migration in
      let sql = migration.sql.split(separator: "SCHEMA", omittingEmptySubsequences: false).joined(separator: schema)
      return Migration(name: migration.name, sql: sql)
    }
    try await PostgresDatabase.withPool { pool in
      do {
        try await body(pool, Migrator(schema: schema), schema, migrations)
        try await pool.query("drop schema if exists \(raw: schema) cascade")
      } catch {
        try await pool.query("drop schema if exists \(raw: schema) cascade")
        throw error
      }
    }
  }

  @Test func runsEachOnceInOrder() async throws {
    try await withMigrator { pool, migrator, schema, migrations async throws in
      #expect(try await migrator.pending(migrations, on: pool) == ["0001_start", "0002_more"])
      #expect(try await migrator.run([migrations[0]], on: pool) == ["0001_start"])
      #expect(try await migrator.pending(migrations, on: pool) == ["0002_more"])
      #expect(try await migrator.run(migrations, on: pool) == ["0002_more"])
      #expect(try await migrator.run(migrations, on: pool).isEmpty)
      #expect(try await migrator.pending(migrations, on: pool).isEmpty)
      #expect(try await pool.query("select id from \(raw: schema).t").count == 2)
    }
  }

  @Test func manyAtOnceRunThemOnce() async throws {
    try await withMigrator { pool, migrator, schema, migrations async throws in
      let ran = try await withThrowingTaskGroup(of: [String].self) { group in
        for _ in 1...8 { group.addTask { try await migrator.run(migrations, on: pool) } }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      #expect(ran.sorted() == ["0001_start", "0002_more"])
      #expect(try await pool.query("select id from \(raw: schema).t").count == 2)
    }
  }

  @Test func refusesAChangedOne() async throws {
    try await withMigrator { pool, migrator, _, migrations async throws in
      try await migrator.run([migrations[0]], on: pool)
      let changed = [Migration(name: "0001_start", sql: migrations[0].sql + " "), migrations[1]]
      let running = try await databaseError { try await migrator.run(changed, on: pool) }
      let looking = try await databaseError { try await migrator.pending(changed, on: pool) }
      for error in [running, looking] {
        #expect(error.code == .migration)
        #expect(error.message.contains("migration 0001_start") == true && error.message.contains("changed"))
      }
      #expect(try await migrator.pending(migrations, on: pool) == ["0002_more"])
    }
  }

  @Test func refusesAHistoryThatTheListDoesNotContinue() async throws {
    try await withMigrator { pool, migrator, _, migrations async throws in
      try await migrator.run(migrations, on: pool)
      let removed = try await databaseError { try await migrator.run([migrations[0]], on: pool) }
      #expect(removed.message.contains("0002_more"))
      let earlier = [Migration(name: "0000_earlier", sql: "select 1")] + migrations
      let preceded = try await databaseError { try await migrator.run(earlier, on: pool) }
      #expect(preceded.code == .migration)
      // An older copy of the service may still start.
      #expect(try await migrator.pending([migrations[0]], on: pool).isEmpty)
    }
  }

  @Test func aFailureLeavesWhatRanBefore() async throws {
    try await withMigrator { pool, migrator, schema, migrations async throws in
      let broken = Migration(name: "0002_broken", sql: "insert into \(schema).t values (9); select 1/0")
      let error = try await databaseError {
        try await migrator.run([migrations[0], broken], on: pool)
      }
      #expect(error.code == .migration && error.sqlState == "22012")
      #expect(error.description.contains("0002_broken"))
      #expect(try await migrator.pending([migrations[0], broken], on: pool) == ["0002_broken"])
      #expect(try await pool.query("select id from \(raw: schema).t").count == 1)
    }
  }

  @Test func worksWithoutTheRightToCreateSchemas() async throws {
    try await PostgresDatabase.withSchema { pool, schema in
      let role = "role_\(schema)"
      try await pool.query("create role \(raw: role)")
      try await pool.query("grant all on schema \(raw: schema) to \(raw: role)")
      try await PostgresDatabase.withPool(try PostgresDatabase.configuration(maxConnections: 1)) { limited in
        try await limited.query("set role \(raw: role)")
        #expect(try await Migrator(schema: schema).run([], on: limited).isEmpty)
      }
      try await pool.query("drop owned by \(raw: role)")
      try await pool.query("drop role \(raw: role)")
    }
  }
}
