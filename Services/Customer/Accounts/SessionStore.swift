import FoundationEssentials
import Postgres
import Security

/// Sessions and their refresh tokens: random, stored as digests, good for one use.
struct SessionStore: Sendable {
  static let lifetimeDays: Int64 = 14

  /// A session with the token that renews it.
  struct Renewable: Sendable {
    let sessionID: UUID
    let customerID: Int64
    let token: String
  }

  func begin(of customerID: Int64, on connection: PostgresConnection) async throws -> Renewable {
    let id = UUID()
    try await connection.query(
      """
      insert into customer.session (id, customer_id, expires_at)
      values (\(id), \(customerID), now() + \(Self.lifetimeDays) * interval '1 day')
      """)
    return try await issue(in: id, of: customerID, on: connection)
  }

  /// Uses a token up for the next one; nil for one that is unknown, expired, or used before.
  func renew(_ token: String, on connection: PostgresConnection) async throws -> Renewable? {
    let rows = try await connection.query(
      """
      with used as (
        update customer.session_token set used_at = now()
        where digest = \(SecretDigest.of(token)) and used_at is null and expires_at > now()
        returning session_id)
      update customer.session s set expires_at = now() + \(Self.lifetimeDays) * interval '1 day'
      from used where s.id = used.session_id returning s.id, s.customer_id
      """)
    guard let row = rows.first else { return nil }
    return try await issue(in: try row[0, as: UUID.self], of: try row[1, as: Int64.self], on: connection)
  }

  /// Ends the session of a token.
  /// - Parameter ifUsed: only where the token has been used before: somebody has a copy.
  /// - Returns: whose session that was; nil where there was none.
  func end(of token: String, ifUsed: Bool = false, on connection: PostgresConnection) async throws -> Int64? {
    try await connection.query(
      """
      delete from customer.session where id = (
        select session_id from customer.session_token
        where digest = \(SecretDigest.of(token)) and (used_at is not null or not \(ifUsed)))
      returning customer_id
      """
    ).first.map { try $0[0, as: Int64.self] }
  }

  func endAll(of customerID: Int64, on connection: PostgresConnection) async throws {
    try await connection.query("delete from customer.session where customer_id = \(customerID)")
  }

  func goesOn(_ id: UUID, on pool: PostgresPool) async throws -> Bool {
    try await !pool.query("select from customer.session where id = \(id) and expires_at > now()").isEmpty
  }

  /// Forgets what has expired.
  func purge(on pool: PostgresPool) async throws {
    try await pool.query("delete from customer.session where expires_at < now()")
    try await pool.query("delete from customer.session_token where expires_at < now()")
  }

  private func issue(
    in session: UUID, of customerID: Int64, on connection: PostgresConnection
  ) async throws -> Renewable {
    let token = SecureRandom.token()
    try await connection.query(
      """
      insert into customer.session_token (digest, session_id, expires_at)
      values (\(SecretDigest.of(token)), \(session), now() + \(Self.lifetimeDays) * interval '1 day')
      """)
    return Renewable(sessionID: session, customerID: customerID, token: token)
  }
}
