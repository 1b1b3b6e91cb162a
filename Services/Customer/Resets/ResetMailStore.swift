import FoundationEssentials
import Postgres

/// Mails with tokens that are to be sent, in the database.
struct ResetMailStore: Sendable {
  /// For how long a mail is tried. Then the customer has asked again, or given up.
  static let patienceSeconds: Int64 = 3600

  struct Wanted: Sendable, Equatable {
    let id: Int64
    /// In lower case.
    let address: String
    /// This one counted.
    let attempts: Int
    /// Whether it is not to be tried again.
    let isLast: Bool
  }

  /// - Parameter address: in lower case.
  func ask(_ address: String, on connection: PostgresConnection) async throws {
    try await connection.query(
      "insert into customer.reset_mail (address) values (\(address)) on conflict (address) do nothing")
  }

  /// Takes one that is due; nobody else does within the lease.
  func take(lease: Duration, on pool: PostgresPool) async throws -> Wanted? {
    try await pool.query(
      """
      update customer.reset_mail
      set attempts = attempts + 1, due_at = now() + \(Self.milliseconds(lease)) * interval '1 millisecond'
      where id = (
        select id from customer.reset_mail where due_at <= now() order by due_at limit 1 for update skip locked)
      returning id, address, attempts, created_at < now() - \(Self.patienceSeconds) * interval '1 second'
      """
    ).first.map { row in
      Wanted(
        id: try row[0, as: Int64.self], address: try row[1, as: String.self],
        attempts: Int(try row[2, as: Int32.self]), isLast: try row[3, as: Bool.self])
    }
  }

  /// It is tried again after a pause.
  func putOff(_ id: Int64, by pause: Duration, on pool: PostgresPool) async throws {
    try await pool.query(
      """
      update customer.reset_mail set due_at = now() + \(Self.milliseconds(pause)) * interval '1 millisecond'
      where id = \(id)
      """)
  }

  func remove(_ id: Int64, on pool: PostgresPool) async throws {
    try await pool.query("delete from customer.reset_mail where id = \(id)")
  }

  private static func milliseconds(_ duration: Duration) -> Int64 { Int64(duration / .milliseconds(1)) }
}
