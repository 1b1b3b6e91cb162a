import Contracts
import FoundationEssentials
import Postgres

extension ClientRecord: StoredRecord {
  static let noun = "client"
  static let events = RecordEvents(created: .clientCreated, updated: .clientUpdated, deleted: .clientDeleted)
  static let table: SQL = "customer.client"
  static let columns: SQL = """
    r.id, r.revision, r.client_id, r.secret_hash, r.name, r.scopes, r.enabled, r.created_by, r.last_access_at,
    r.created_at, r.updated_at
    """
  static let isPresent: SQL = "true"

  init(row: PostgresRow) throws {
    self.init(
      id: try row[0, as: Int64.self], revision: try row[1, as: Int64.self], clientID: try row[2, as: String.self],
      secretHash: try row[3, as: String.self], name: try row[4, as: String?.self],
      scopes: try row[5, as: [String].self], isEnabled: try row[6, as: Bool.self],
      createdBy: try row[7, as: String.self], lastAccessAt: try row[8, as: Date?.self],
      createdAt: try row[9, as: Date.self], updatedAt: try row[10, as: Date.self])
  }
}

/// Clients in the database.
struct ClientStore: Sendable {
  /// - Throws: `Problem` `conflict` where the id is taken.
  func create(
    _ draft: ClientDraft, clientID: String, secretHash: String, by principal: String,
    on connection: PostgresConnection
  ) async throws -> ClientRecord {
    let rows = try await connection.query(
      """
      insert into customer.client as r (client_id, secret_hash, name, scopes, enabled, created_by)
      values (\(clientID), \(secretHash), \(draft.name as String?), \(draft.scopes), \(draft.isEnabled), \(principal))
      on conflict (client_id) do nothing returning \(fragment: ClientRecord.columns)
      """)
    guard rows.first != nil else {
      throw Problem(
        .conflict, "There is a client \(clientID) already.", errors: [Problem.Field("/client_id", "is taken")])
    }
    return try rows.onlyRecord()
  }

  func update(_ id: Int64, to draft: ClientDraft, on connection: PostgresConnection) async throws -> ClientRecord {
    try await connection.query(
      """
      update customer.client r set name = \(draft.name as String?), scopes = \(draft.scopes),
        enabled = \(draft.isEnabled), revision = revision + 1, updated_at = now()
      where id = \(id) returning \(fragment: ClientRecord.columns)
      """
    ).onlyRecord()
  }

  func setSecret(_ id: Int64, hash: String, on connection: PostgresConnection) async throws -> ClientRecord {
    try await connection.query(
      """
      update customer.client r set secret_hash = \(hash), revision = revision + 1, updated_at = now()
      where id = \(id) returning \(fragment: ClientRecord.columns)
      """
    ).onlyRecord()
  }

  func find(clientID: String, on pool: PostgresPool) async throws -> ClientRecord? {
    try await pool.query(
      "select \(fragment: ClientRecord.columns) from customer.client r where r.client_id = \(clientID)"
    ).first.map(ClientRecord.init(row:))
  }

  /// Notes that it was there, at most once a minute; with a new hash where the old one was made at another cost.
  /// - Parameter client: as it was seen; where it has another secret by now, nothing is noted.
  func noteAccess(_ client: ClientRecord, newHash: String? = nil, on pool: PostgresPool) async throws {
    try await pool.query(
      """
      update customer.client set last_access_at = now(), secret_hash = coalesce(\(newHash as String?), secret_hash)
      where id = \(client.id) and secret_hash = \(client.secretHash)
        and (last_access_at is null or last_access_at < now() - interval '1 minute'
          or \(newHash as String?)::text is not null)
      """)
  }
}
