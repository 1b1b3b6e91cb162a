import FoundationEssentials
import Postgres

/// Tags, phone codes or time zones in the database.
struct NamedStore: Sendable {
  let kind: NamedKind
  private let table: SQL

  /// A use is counted so far; beyond it is only "more".
  static let maxCount: Int64 = 100_000

  init(_ kind: NamedKind) {
    self.kind = kind
    table = "\(raw: kind.table)"
  }

  private static let columns: SQL = "id, name, revision, created_at, updated_at"

  private static func record(of row: PostgresRow) throws -> NamedRecord {
    NamedRecord(
      id: try row[0, as: Int64.self], name: try row[1, as: String.self], revision: try row[2, as: Int64.self],
      createdAt: try row[3, as: Date.self], updatedAt: try row[4, as: Date.self])
  }

  /// The one of this name, made where there is none yet.
  func create(_ name: String, on connection: PostgresConnection) async throws -> (record: NamedRecord, isNew: Bool) {
    let made = try await connection.query(
      """
      insert into \(fragment: table) (name) values (\(name)) on conflict (name) do nothing
      returning \(fragment: Self.columns)
      """)
    if let row = made.first { return (try Self.record(of: row), true) }
    let found = try await connection.query(
      "select \(fragment: Self.columns) from \(fragment: table) where name = \(name)")
    guard let row = found.first else {
      throw CustomerError(.invalid, "the \(kind.what) \"\(name)\" went away meanwhile")
    }
    return (try Self.record(of: row), false)
  }

  func read(_ id: Int64, on pool: PostgresPool) async throws -> NamedRecord? {
    let rows = try await pool.query("select \(fragment: Self.columns) from \(fragment: table) where id = \(id)")
    return try rows.first.map { try Self.record(of: $0) }
  }

  /// Held against other changes until the transaction ends.
  func lock(_ id: Int64, on connection: PostgresConnection) async throws -> NamedRecord? {
    let rows = try await connection.query(
      "select \(fragment: Self.columns) from \(fragment: table) where id = \(id) for update")
    return try rows.first.map { try Self.record(of: $0) }
  }

  /// A page in the order of the names' bytes.
  func page(_ query: NamedQuery, on pool: PostgresPool) async throws -> [NamedRecord] {
    var conditions: SQL = "true"
    if let name = query.name { conditions = "name = \(name)" }
    if let after = query.after {
      let comparison: SQL = query.isDescending ? "<" : ">"
      conditions = "\(fragment: conditions) and name \(fragment: comparison) \(after)"
    }
    let rows = try await pool.query(
      """
      select \(fragment: Self.columns) from \(fragment: table) where \(fragment: conditions)
      order by name \(raw: query.isDescending ? "desc" : "asc") limit \(Int64(query.limit))
      """)
    return try rows.map { try Self.record(of: $0) }
  }

  /// - Throws: `PostgresError` for a name that another one has.
  func rename(_ id: Int64, to name: String, on connection: PostgresConnection) async throws -> NamedRecord {
    let rows = try await connection.query(
      """
      update \(fragment: table) set name = \(name), revision = revision + 1, updated_at = now() where id = \(id)
      returning \(fragment: Self.columns)
      """)
    guard let row = rows.first else { throw CustomerError(.invalid, "the update returned no row") }
    return try Self.record(of: row)
  }

  func delete(_ id: Int64, on connection: PostgresConnection) async throws {
    try await connection.query("delete from \(fragment: table) where id = \(id)")
  }

  /// How many customers hold the name themselves: up to one more than `maxCount`. Nobody for tags.
  func uses(of name: String, on connection: PostgresConnection) async throws -> Int64 {
    guard let column = kind.column else { return 0 }
    let rows = try await connection.query(
      """
      select count(*) from (
        select from customer.customer where \(raw: column) = \(name) limit \(Self.maxCount + 1)) u
      """)
    return try rows.first.map { try $0[0, as: Int64.self] } ?? 0
  }

  /// Makes those of the names that do not exist yet.
  func add(_ names: [String], on pool: PostgresPool) async throws {
    try await pool.query(
      """
      insert into \(fragment: table) (name) select n from unnest(\(names)::text[]) n order by n
      on conflict (name) do nothing
      """)
  }

  /// The names that customers hold: one step in the index for each.
  func inUse(on pool: PostgresPool) async throws -> [String] {
    guard let name = kind.column else { return [] }
    let column: SQL = "\(raw: name)"
    let rows = try await pool.query(
      """
      with recursive used as (
        (select \(fragment: column) as name from customer.customer
          where \(fragment: column) is not null order by \(fragment: column) limit 1)
        union all
        select (
          select c.\(fragment: column) from customer.customer c
          where c.\(fragment: column) > used.name and c.\(fragment: column) is not null
          order by c.\(fragment: column) limit 1)
        from used where used.name is not null
      )
      select name from used where name is not null
      """)
    return try rows.map { try $0[0, as: String.self] }
  }
}
