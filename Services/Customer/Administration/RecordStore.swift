import Messaging
import Postgres

/// Reads records of one kind, and locks them for a change.
struct RecordStore<Record: StoredRecord>: Sendable {
  func find(_ id: Int64, on pool: PostgresPool) async throws -> Record? {
    try await pool.query(Self.reading(id)).first.map(Record.init(row:))
  }

  /// Held against other changes until the transaction ends.
  func lock(_ id: Int64, on connection: PostgresConnection) async throws -> Record? {
    try await connection.query("\(fragment: Self.reading(id)) for no key update of r").first.map(Record.init(row:))
  }

  func records(of page: IDPage, on pool: PostgresPool) async throws -> [Record] {
    try await pool.query(
      """
      select \(fragment: Record.columns) from \(fragment: Record.table) r
      where \(fragment: page.condition("r.id")) and \(fragment: Record.isPresent) \(fragment: page.ordering("r.id"))
      """
    ).map(Record.init(row:))
  }

  func delete(_ id: Int64, on connection: PostgresConnection) async throws {
    try await connection.query("delete from \(fragment: Record.table) where id = \(id)")
  }

  private static func reading(_ id: Int64) -> SQL {
    """
    select \(fragment: Record.columns) from \(fragment: Record.table) r
    where r.id = \(id) and \(fragment: Record.isPresent)
    """
  }
}
