import FoundationEssentials
import Postgres

/// Accounts in the database.
struct AccountStore: Sendable {
  private static let columns: SQL = "\(fragment: ProfileStore.columns), a.password_hash"
  private static let tables: SQL =
    "\(fragment: ProfileStore.tables) join customer.account a on a.customer_id = c.id"

  func find(email: String, on pool: PostgresPool) async throws -> AccountRecord? {
    try await pool.query(
      """
      select \(fragment: Self.columns) from \(fragment: Self.tables)
      where lower(c.email collate "C") = \(ImportRow.fold(email)) and c.email is not null
      """
    ).first.map(Self.record)
  }

  func find(customerID: Int64, on connection: PostgresConnection) async throws -> AccountRecord? {
    try await connection.query(
      """
      select \(fragment: Self.columns) from \(fragment: Self.tables)
      where c.id = \(customerID) and c.email is not null
      """
    ).first.map(Self.record)
  }

  /// Gives a customer, who is a contact, this password.
  func put(_ customerID: Int64, passwordHash: String, on connection: PostgresConnection) async throws {
    try await connection.query(
      """
      insert into customer.account (customer_id, password_hash) values (\(customerID), \(passwordHash))
      on conflict (customer_id) do update set password_hash = excluded.password_hash, password_set_at = now()
      """)
  }

  /// Notes a log-in, with a new hash where the old one was made at another cost.
  /// - Returns: false where the password is another one by now.
  func noteLogin(_ account: AccountRecord, newHash: String?, on connection: PostgresConnection) async throws -> Bool {
    let rows = try await connection.query(
      """
      update customer.account
      set last_login_at = now(), password_hash = coalesce(\(newHash as String?), password_hash)
      where customer_id = \(account.customerID) and password_hash = \(account.passwordHash)
      """)
    return rows.affected > 0
  }

  private static func record(_ row: PostgresRow) throws -> AccountRecord {
    let profile = try ProfileStore.record(row)
    return AccountRecord(
      customerID: profile.id, uuid: profile.uuid, email: profile.email, language: profile.language,
      passwordHash: try row[7, as: String.self])
  }
}
