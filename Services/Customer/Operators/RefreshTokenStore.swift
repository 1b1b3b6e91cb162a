import FoundationEssentials
import Postgres
import Security

/// Refresh tokens: random, stored as digests, good for one use.
struct RefreshTokenStore: Sendable {
  static let lifetimeDays: Int64 = 14

  let pool: PostgresPool

  /// What using a token comes to.
  enum Use: Sendable, Equatable {
    /// The operator and the family of the log-in it came from.
    case good(operatorID: Int64, family: UUID)
    /// Unknown, expired, or used before; in the last case the whole family has been ended.
    case refused
  }

  /// Makes a token; a log-in begins a family of its own.
  func issue(to operatorID: Int64, family: UUID = UUID()) async throws -> String {
    let token = SecureRandom.token()
    try await pool.query(
      """
      insert into customer.refresh_token (digest, operator_id, family, expires_at)
      values (\(SecretDigest.of(token)), \(operatorID), \(family),
        now() + \(Self.lifetimeDays) * interval '1 day')
      """)
    return token
  }

  /// Uses a token up. A second use means that somebody has a copy: then nobody keeps the log-in.
  func use(_ token: String) async throws -> Use {
    let digest = SecretDigest.of(token)
    let rows = try await pool.query(
      """
      update customer.refresh_token set used_at = now()
      where digest = \(digest) and used_at is null and expires_at > now()
      returning operator_id, family
      """)
    if let row = rows.first {
      return .good(operatorID: try row[0, as: Int64.self], family: try row[1, as: UUID.self])
    }
    try await pool.query(
      """
      delete from customer.refresh_token where family = (
        select family from customer.refresh_token where digest = \(digest) and used_at is not null)
      """)
    return .refused
  }

  /// Forgets what has expired.
  func purge() async throws {
    try await pool.query("delete from customer.refresh_token where expires_at < now()")
  }
}
