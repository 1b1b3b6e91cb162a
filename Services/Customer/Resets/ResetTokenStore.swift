import FoundationEssentials
import Postgres
import Security

/// One-time tokens, in the database: by their digests, each for the address that it was sent to.
struct ResetTokenStore: Sendable {
  func keep(_ token: String, of customerID: Int64, address: String, on pool: PostgresPool) async throws {
    try await pool.query(
      """
      insert into customer.password_reset (digest, customer_id, address, expires_at)
      values (\(SecretDigest.of(token)), \(customerID), \(ImportRow.fold(address)),
        now() + \(ResetMail.lifetimeSeconds) * interval '1 second')
      """)
  }

  /// Forgets a token that nobody has got.
  func forget(_ token: String, on pool: PostgresPool) async throws {
    try await pool.query("delete from customer.password_reset where digest = \(SecretDigest.of(token))")
  }

  /// Whether the token is good for the address at this moment.
  func isGood(_ token: String, address: String, on pool: PostgresPool) async throws -> Bool {
    try await !pool.query(
      "select 1 from customer.password_reset r where \(fragment: Self.matching(token, address))"
    ).isEmpty
  }

  /// Uses the token up, and all others of the same customer.
  /// - Returns: the customer; nil where it is not good.
  func use(_ token: String, address: String, on connection: PostgresConnection) async throws -> Int64? {
    let rows = try await connection.query(
      """
      delete from customer.password_reset r where \(fragment: Self.matching(token, address)) returning customer_id
      """)
    guard let row = rows.first else { return nil }
    let id = try row[0, as: Int64.self]
    try await forgetAll(of: id, on: connection)
    return id
  }

  func forgetAll(of customerID: Int64, on connection: PostgresConnection) async throws {
    try await connection.query("delete from customer.password_reset where customer_id = \(customerID)")
  }

  func purge(on pool: PostgresPool) async throws {
    try await pool.query("delete from customer.password_reset where expires_at < now()")
  }

  private static func matching(_ token: String, _ address: String) -> SQL {
    """
    r.digest = \(SecretDigest.of(token)) and r.expires_at > now() and r.address = \(ImportRow.fold(address))
    and exists (
      select from customer.customer c where c.id = r.customer_id and lower(c.email collate "C") = r.address)
    """
  }
}
