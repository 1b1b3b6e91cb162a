import FoundationEssentials
import Postgres
import Security

extension APIKeyRecord: StoredRecord {
  static let noun = "API key"
  static let events = RecordEvents(created: .apiKeyCreated, updated: .apiKeyUpdated, deleted: .apiKeyDeleted)
  static let table: SQL = "customer.api_key"
  static let columns: SQL = """
    r.id, r.revision, r.prefix, r.name, r.scopes, r.created_by, r.expires_at, r.last_used_at, r.created_at, r.updated_at
    """
  static let isPresent: SQL = "r.revoked_at is null"

  init(row: PostgresRow) throws {
    self.init(
      id: try row[0, as: Int64.self], revision: try row[1, as: Int64.self], prefix: try row[2, as: String.self],
      name: try row[3, as: String.self], scopes: try row[4, as: [String].self], createdBy: try row[5, as: String.self],
      expiresAt: try row[6, as: Date?.self], lastUsedAt: try row[7, as: Date?.self],
      createdAt: try row[8, as: Date.self], updatedAt: try row[9, as: Date.self])
  }
}

/// API keys in the database.
struct APIKeyStore: Sendable {
  /// What a gateway must know of a key that somebody shows.
  struct Held: Sendable {
    var digest: [UInt8]
    var scopes: [String]
    /// Neither revoked nor expired.
    var isUsable: Bool
  }

  func create(
    _ key: APIKey, _ draft: APIKeyDraft, by principal: String, on connection: PostgresConnection
  ) async throws -> APIKeyRecord {
    let rows = try await connection.query(
      """
      insert into customer.api_key as r (prefix, digest, name, scopes, created_by, expires_at)
      values (\(key.prefix), \(key.digest), \(draft.name), \(draft.scopes), \(principal), \(draft.expiresAt as Date?))
      returning \(fragment: APIKeyRecord.columns)
      """)
    return try rows.onlyRecord()
  }

  func update(_ id: Int64, to draft: APIKeyDraft, on connection: PostgresConnection) async throws -> APIKeyRecord {
    let rows = try await connection.query(
      """
      update customer.api_key r set name = \(draft.name), scopes = \(draft.scopes),
        expires_at = \(draft.expiresAt as Date?), revision = revision + 1, updated_at = now()
      where id = \(id) returning \(fragment: APIKeyRecord.columns)
      """)
    return try rows.onlyRecord()
  }

  /// For good.
  func revoke(_ id: Int64, on connection: PostgresConnection) async throws {
    try await connection.query(
      "update customer.api_key set revoked_at = now(), revision = revision + 1, updated_at = now() where id = \(id)")
  }

  func held(prefix: String, on pool: PostgresPool) async throws -> Held? {
    try await pool.query(
      """
      select digest, scopes, revoked_at is null and (expires_at is null or expires_at > now())
      from customer.api_key where prefix = \(prefix)
      """
    ).first.map {
      Held(
        digest: try $0[0, as: [UInt8].self], scopes: try $0[1, as: [String].self], isUsable: try $0[2, as: Bool.self])
    }
  }

  /// At most once a minute.
  func noteUse(prefix: String, on pool: PostgresPool) async throws {
    try await pool.query(
      """
      update customer.api_key set last_used_at = now()
      where prefix = \(prefix) and (last_used_at is null or last_used_at < now() - interval '1 minute')
      """)
  }
}

extension PostgresRows {
  /// The one record that a statement with `returning` has written.
  func onlyRecord<Record: StoredRecord>() throws -> Record {
    guard let row = first else { throw CustomerError(.invalid, "the statement returned no \(Record.noun)") }
    return try Record(row: row)
  }
}
