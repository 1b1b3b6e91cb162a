import Contracts
import FoundationEssentials
import Postgres

extension OperatorRecord: StoredRecord {
  static let noun = "operator"
  static let events = RecordEvents(created: .operatorCreated, updated: .operatorUpdated, deleted: .operatorDeleted)
  static let table: SQL = "customer.operator"
  static let columns: SQL = """
    r.id, r.revision, r.username, r.password_hash, r.role, r.disabled_at is not null, r.issuer is not null,
    r.last_login_at, r.created_at, r.updated_at
    """
  static let isPresent: SQL = "true"

  init(row: PostgresRow) throws {
    let text = try row[4, as: String.self]
    guard let role = Role(rawValue: text) else { throw CustomerError(.invalid, "unknown role \"\(text)\"") }
    self.init(
      id: try row[0, as: Int64.self], revision: try row[1, as: Int64.self], username: try row[2, as: String.self],
      passwordHash: try row[3, as: String?.self], role: role, isDisabled: try row[5, as: Bool.self],
      isExternal: try row[6, as: Bool.self], lastLoginAt: try row[7, as: Date?.self],
      createdAt: try row[8, as: Date.self], updatedAt: try row[9, as: Date.self])
  }
}

/// Operators in the database. Names are one whatever their case.
struct OperatorStore: Sendable {
  let pool: PostgresPool

  func find(username: String) async throws -> OperatorRecord? {
    try await pool.query(
      "select \(fragment: OperatorRecord.columns) from customer.operator r where lower(r.username) = lower(\(username))"
    ).first.map(OperatorRecord.init(row:))
  }

  /// The operator as they are now, held against other changes until the transaction ends.
  func lock(_ id: Int64, on connection: PostgresConnection) async throws -> OperatorRecord? {
    try await RecordStore<OperatorRecord>().lock(id, on: connection)
  }

  /// Creates the operator, or gives an existing one this password and role and ends all its log-ins.
  /// - Returns: the operator's id and revision.
  func put(
    username: String, passwordHash: String, role: Role, on connection: PostgresConnection
  ) async throws -> (id: Int64, revision: Int64) {
    let rows = try await connection.query(
      """
      insert into customer.operator as o (username, password_hash, role)
      values (\(username), \(passwordHash), \(role.rawValue))
      on conflict (lower(username)) do update
      set password_hash = excluded.password_hash, role = excluded.role, disabled_at = null, issuer = null,
        subject = null, revision = o.revision + 1, updated_at = now()
      returning id, revision
      """)
    guard let row = rows.first else { throw CustomerError(.invalid, "the statement returned no operator") }
    let (id, revision) = try row.decode(Int64.self, Int64.self)
    // A statement of its own: that one may have waited for a log-in, whose token only a later one sees.
    try await endLogIns(of: id, on: connection)
    return (id, revision)
  }

  /// - Throws: `Problem` `conflict` where the name is taken.
  func create(
    _ draft: OperatorDraft, passwordHash: String, on connection: PostgresConnection
  ) async throws -> OperatorRecord {
    let rows = try await connection.query(
      """
      insert into customer.operator as r (username, password_hash, role, disabled_at)
      values (\(draft.username), \(passwordHash), \(draft.role.rawValue),
        case when \(draft.isDisabled) then now() end)
      on conflict (lower(username)) do nothing returning \(fragment: OperatorRecord.columns)
      """)
    guard rows.first != nil else {
      throw Problem(
        .conflict, "There is an operator \(draft.username) already.",
        errors: [Problem.Field("/username", "is taken")])
    }
    return try rows.onlyRecord()
  }

  /// - Parameter passwordHash: nil where the present one stays.
  func update(
    _ id: Int64, to draft: OperatorDraft, passwordHash: String?, on connection: PostgresConnection
  ) async throws -> OperatorRecord {
    try await connection.query(
      """
      update customer.operator r set role = \(draft.role.rawValue),
        password_hash = coalesce(\(passwordHash as String?), password_hash),
        disabled_at = case when \(draft.isDisabled) then coalesce(disabled_at, now()) end, revision = revision + 1,
        updated_at = now()
      where id = \(id) returning \(fragment: OperatorRecord.columns)
      """
    ).onlyRecord()
  }

  /// Ends every log-in of the operator, whose row is held: none of their refresh tokens is good any more.
  func endLogIns(of id: Int64, on connection: PostgresConnection) async throws {
    try await connection.query("delete from customer.refresh_token where operator_id = \(id)")
  }

  /// Whether somebody else can log in and administrate. Those who ask wait for one another, so that two admins cannot
  /// remove each other at once.
  func isThereAnotherAdmin(than id: Int64, on connection: PostgresConnection) async throws -> Bool {
    try await connection.query("select pg_advisory_xact_lock(hashtextextended('customer.operator admins', 0))")
    let rows = try await connection.query(
      "select 1 from customer.operator where role = 'admin' and disabled_at is null and id <> \(id) limit 1")
    return !rows.isEmpty
  }

  /// Notes a log-in, with a new hash where the old one was made at another cost. The row is held from then on.
  /// - Parameter seen: the operator as they were when the password was checked.
  /// - Returns: as they are now; nil where they have another password, are disabled, or gone by now.
  func noteLogin(
    _ seen: OperatorRecord, newHash: String?, on connection: PostgresConnection
  ) async throws -> OperatorRecord? {
    try await connection.query(
      """
      update customer.operator r
      set last_login_at = now(), password_hash = coalesce(\(newHash as String?), password_hash)
      where id = \(seen.id) and password_hash = \(seen.passwordHash as String?) and disabled_at is null
      returning \(fragment: OperatorRecord.columns)
      """
    ).first.map(OperatorRecord.init(row:))
  }
}
