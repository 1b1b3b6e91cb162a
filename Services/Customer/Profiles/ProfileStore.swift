import FoundationEssentials
import Postgres

/// Customers by e-mail address, in the database.
struct ProfileStore: Sendable {
  /// For a row `c` of the customer table and its row `g` of the group "email", which it may lack.
  static let columns: SQL = """
    c.id, c.uuid, c.external_id, c.email, g.data ->> 'mailing_country',
    case when g.data is null then \(ContactGroup.email.defaults.text("email_lang") as String?)::text
      else g.data ->> 'email_lang' end,
    c.updated_at
    """
  static let tables: SQL = """
    customer.customer c
      left join customer.contact_group_value g on g.customer_id = c.id and g.group_name = 'email'
    """

  /// Reads `columns`.
  static func record(_ row: PostgresRow) throws -> ProfileRecord {
    ProfileRecord(
      id: try row[0, as: Int64.self], uuid: try row[1, as: UUID.self], externalID: try row[2, as: String?.self],
      email: try row[3, as: String.self], country: try row[4, as: String?.self],
      language: try row[5, as: String?.self], updatedAt: try row[6, as: Date.self])
  }

  func find(email: String, on pool: PostgresPool) async throws -> ProfileRecord? {
    try await pool.query(Self.finding(email)).first.map(Self.record)
  }

  func find(email: String, on connection: PostgresConnection) async throws -> ProfileRecord? {
    try await connection.query(Self.finding(email)).first.map(Self.record)
  }

  func find(id: Int64, on connection: PostgresConnection) async throws -> ProfileRecord? {
    try await connection.query(
      "select \(fragment: Self.columns) from \(fragment: Self.tables) where c.id = \(id) and c.email is not null"
    ).first.map(Self.record)
  }

  /// In order of id.
  func page(after: Int64, limit: Int, on pool: PostgresPool) async throws -> [ProfileRecord] {
    try await pool.query(
      """
      select \(fragment: Self.columns) from \(fragment: Self.tables)
      where c.id > \(after) and c.email is not null order by c.id limit \(Int64(limit))
      """
    ).map(Self.record)
  }

  /// Whether another system's id is a customer's already, or the id that a customer without one shows.
  func isTaken(externalID: String, on connection: PostgresConnection) async throws -> Bool {
    let uuid = UUID(uuidString: externalID)
    return try await !connection.query(
      """
      select 1 from customer.customer where external_id = \(externalID)
      union all select 1 from customer.customer where uuid = \(uuid as UUID?) limit 1
      """
    ).isEmpty
  }

  /// - Throws: `PostgresError` with constraint `customer_by_external_id` where it is taken.
  func set(externalID: String, of id: Int64, on connection: PostgresConnection) async throws {
    try await connection.query("update customer.customer set external_id = \(externalID) where id = \(id)")
  }

  /// Of several customers with the address it is the contact, of whom there is one at most; else the oldest.
  private static func finding(_ email: String) -> SQL {
    """
    select \(fragment: columns) from \(fragment: tables)
    where lower(c.email collate "C") = \(ImportRow.fold(email)) and c.email is not null
    order by c.is_contact desc, c.id limit 1
    """
  }
}
