import FoundationEssentials
import Postgres
import Security

/// Refresh tokens: random, stored as digests, good for one use.
///
/// Whoever makes, uses or ends tokens holds their operator's row first, and only then touches a token's: log-ins,
/// renewals and changes of one operator come one after another, each sees what the one before it has left, and no two
/// wait for each other.
struct RefreshTokenStore: Sendable {
  static let lifetimeDays: Int64 = 14

  let pool: PostgresPool

  /// Makes a token; a log-in begins a family of its own.
  func issue(
    to operatorID: Int64, family: UUID = UUID(), on connection: PostgresConnection
  ) async throws -> String {
    let token = SecureRandom.token()
    try await connection.query(
      """
      insert into customer.refresh_token (digest, operator_id, family, expires_at)
      values (\(SecretDigest.of(token)), \(operatorID), \(family),
        now() + \(Self.lifetimeDays) * interval '1 day')
      """)
    return token
  }

  /// Whose token it is, whether it is good or not; nil for one that is unknown.
  func operatorID(of token: String, on connection: PostgresConnection) async throws -> Int64? {
    try await connection.query(
      "select operator_id from customer.refresh_token where digest = \(SecretDigest.of(token))"
    ).first.map { try $0[0, as: Int64.self] }
  }

  /// Uses a token up. A second use means that somebody has a copy: then nobody keeps the log-in.
  /// - Returns: the family of the log-in it came from; nil where it is gone, expired, or was used before: by the last
  ///   the whole family has been ended.
  func use(_ token: String, on connection: PostgresConnection) async throws -> UUID? {
    let digest = SecretDigest.of(token)
    let rows = try await connection.query(
      """
      update customer.refresh_token set used_at = now()
      where digest = \(digest) and used_at is null and expires_at > now()
      returning family
      """)
    if let row = rows.first { return try row[0, as: UUID.self] }
    try await connection.query(
      """
      delete from customer.refresh_token where family = (
        select family from customer.refresh_token where digest = \(digest) and used_at is not null)
      """)
    return nil
  }

  /// Forgets what has expired. Holds no operator, and so waits for nobody's tokens.
  func purge() async throws {
    try await pool.query(
      """
      delete from customer.refresh_token where digest in (
        select digest from customer.refresh_token where expires_at < now() for update skip locked)
      """)
  }
}
