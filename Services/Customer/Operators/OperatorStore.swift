import Postgres

/// An operator as stored.
struct OperatorRecord: Sendable {
  var id: Int64
  var username: String
  var passwordHash: String
  var role: Role
  var isDisabled: Bool
}

/// Operators in the database. Names are one whatever their case.
struct OperatorStore: Sendable {
  let pool: PostgresPool

  func find(username: String) async throws -> OperatorRecord? {
    try await first(
      """
      select id, username, password_hash, role, disabled_at is not null
      from customer.operator where lower(username) = lower(\(username))
      """)
  }

  func find(id: Int64) async throws -> OperatorRecord? {
    try await first(
      "select id, username, password_hash, role, disabled_at is not null from customer.operator where id = \(id)")
  }

  /// Creates the operator, or gives an existing one this password and role and ends all its log-ins.
  func put(username: String, passwordHash: String, role: Role) async throws {
    try await pool.query(
      """
      with put as (
        insert into customer.operator (username, password_hash, role)
        values (\(username), \(passwordHash), \(role.rawValue))
        on conflict (lower(username)) do update
        set password_hash = excluded.password_hash, role = excluded.role, disabled_at = null
        returning id)
      delete from customer.refresh_token t using put where t.operator_id = put.id
      """)
  }

  /// Notes a log-in, with a new hash where the old one was made at another cost.
  func noteLogin(_ id: Int64, newHash: String?) async throws {
    try await pool.query(
      """
      update customer.operator set last_login_at = now(), password_hash = coalesce(\(newHash), password_hash)
      where id = \(id)
      """)
  }

  private func first(_ sql: SQL) async throws -> OperatorRecord? {
    guard let row = try await pool.query(sql).first else { return nil }
    let text = try row[3, as: String.self]
    guard let role = Role(rawValue: text) else { throw CustomerError(.invalid, "unknown role \"\(text)\"") }
    return OperatorRecord(
      id: try row[0, as: Int64.self], username: try row[1, as: String.self],
      passwordHash: try row[2, as: String.self], role: role, isDisabled: try row[4, as: Bool.self])
  }
}
