/// Brings a schema up to date. Keeps what has run, with checksums, in `<schema>.schema_migration`.
///
/// Any number may run at once: an advisory lock of the schema lets one work, the others find nothing left to do.
public struct Migrator: Sendable {
  private struct Applied {
    let name: String
    let checksum: [UInt8]
  }

  private let schema: String

  /// `schema`: a plain lower-case name; created where it is missing.
  public init(schema: String) {
    self.schema = schema
  }

  /// Runs what has not run yet, in order, each migration in a transaction of its own. Answers the names that ran.
  /// Throws `.migration`, and runs nothing, where the list does not continue the history: a migration that has run
  /// was changed, removed or preceded by a new one.
  @discardableResult
  public func run(_ migrations: [Migration], on pool: PostgresPool) async throws -> [String] {
    try check(migrations)
    var ran: [String] = []
    while let name = try await runNext(migrations, on: pool) { ran.append(name) }
    return ran
  }

  /// The names that have not run. A service refuses to start where there are any. Migrations the list does not know
  /// are no obstacle: a newer version of the service may have run them.
  public func pending(_ migrations: [Migration], on pool: PostgresPool) async throws -> [String] {
    try check(migrations)
    return try await pool.withTransaction { connection in
      guard try await tableExists(on: connection) else { return migrations.map(\.name) }
      let applied = try await applied(on: connection)
      var names: [String] = []
      for migration in migrations {
        guard let known = applied.first(where: { $0.name == migration.name }) else {
          names.append(migration.name)
          continue
        }
        try await checkUnchanged(migration, known, on: connection)
      }
      return names
    }
  }

  /// One transaction: the lock goes with it, however it ends.
  private func runNext(_ migrations: [Migration], on pool: PostgresPool) async throws -> String? {
    try await pool.withTransaction { connection in
      // Neither waiting for another migrator nor a long migration is a runaway statement.
      await connection.waitForAnyTime()
      try await connection.pipeline([
        "set local statement_timeout = 0",
        "select pg_advisory_xact_lock(hashtextextended(\("mailout migration of \(schema)"), 0))",
      ])
      try await createTable(on: connection)
      let applied = try await applied(on: connection)
      for (index, known) in applied.enumerated() {
        guard index < migrations.count, migrations[index].name == known.name else {
          let found = index < migrations.count ? "\(migrations[index].name) stands" : "the list ends"
          throw PostgresError(.migration, "schema \(schema) has run \(known.name), but \(found) in its place")
        }
        try await checkUnchanged(migrations[index], known, on: connection)
      }
      guard applied.count < migrations.count else { return nil }
      let next = migrations[applied.count]
      try await apply(next, on: connection)
      return next.name
    }
  }

  private func apply(_ migration: Migration, on connection: PostgresConnection) async throws {
    do {
      try await connection.execute(script: migration.sql)
    } catch let error as PostgresError {
      var failure = PostgresError(.migration, "migration \(migration.name) failed", cause: error.description)
      failure.sqlState = error.sqlState
      throw failure
    }
    try await connection.query(
      """
      insert into \(raw: table) (name, checksum) values (\(migration.name), sha256(\(Array(migration.sql.utf8))))
      """)
  }

  private func createTable(on connection: PostgresConnection) async throws {
    if try await tableExists(on: connection) { return }
    // Asked before, because a role without the right to create schemas may not even say `if not exists`.
    let existing = try await connection.query("select 1 from pg_namespace where nspname = \(schema)")
    if existing.isEmpty { try await connection.query("create schema \(raw: schema)") }
    try await connection.query(
      """
      create table \(raw: table) (
        position bigint generated always as identity primary key,
        name text not null unique,
        checksum bytea not null,
        applied_at timestamptz not null default now())
      """)
  }

  private func tableExists(on connection: PostgresConnection) async throws -> Bool {
    try await connection.query("select 1 where to_regclass(\(table)) is not null").first != nil
  }

  private func applied(on connection: PostgresConnection) async throws -> [Applied] {
    try await connection.query("select name, checksum from \(raw: table) order by position").map { row in
      Applied(name: try row[0, as: String.self], checksum: try row[1, as: [UInt8].self])
    }
  }

  private func checkUnchanged(
    _ migration: Migration, _ known: Applied, on connection: PostgresConnection
  ) async throws {
    let answer = try await connection.query("select sha256(\(Array(migration.sql.utf8)))").first
    guard try answer?[0, as: [UInt8].self] == known.checksum else {
      throw PostgresError(.migration, "migration \(migration.name) of schema \(schema) was changed after it had run")
    }
  }

  private var table: String { "\(schema).schema_migration" }

  private func check(_ migrations: [Migration]) throws {
    guard Set(migrations.map(\.name)).count == migrations.count else {
      throw PostgresError(.migration, "two migrations of schema \(schema) have the same name")
    }
  }
}
