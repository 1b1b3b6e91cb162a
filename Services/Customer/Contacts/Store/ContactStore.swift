import Contracts
import FoundationEssentials
import Postgres

/// Contacts in the database: reading.
struct ContactStore: Sendable {
  /// The most contacts that one question finds.
  static let maxFound: Int64 = 1_000

  /// What `record(of:)` reads, for a row `c` of the customer table.
  private static let columns: SQL = """
    c.id, c.uuid, c.revision, c.created_at, c.updated_at, c.email, c.first_name, c.last_name,
    c.opted_out_at is not null,
    (select coalesce(jsonb_object_agg(g.group_name, jsonb_build_array(
        g.data, (extract(epoch from g.created_at) * 1000000)::bigint,
        (extract(epoch from g.updated_at) * 1000000)::bigint)), '{}')
      from customer.contact_group_value g where g.customer_id = c.id)::text,
    (select coalesce(jsonb_agg(jsonb_build_array(
        s.list, s.data, (extract(epoch from s.created_at) * 1000000)::bigint,
        (extract(epoch from s.updated_at) * 1000000)::bigint) order by s.list, s.name), '[]')
      from customer.subscription s where s.customer_id = c.id)::text
    """

  func find(_ uuid: UUID, on pool: PostgresPool) async throws -> ContactRecord? {
    try await pool.query(Self.reading(uuid)).first.map(Self.record)
  }

  /// The same, held against other changes until the transaction ends.
  func lock(_ uuid: UUID, on connection: PostgresConnection) async throws -> ContactRecord? {
    try await connection.query("\(fragment: Self.reading(uuid)) for no key update of c").first.map(Self.record)
  }

  /// Every contact with this address, held; in order of id.
  func lock(primaryEmail: String, on connection: PostgresConnection) async throws -> [ContactRecord] {
    try await connection.query(
      """
      select \(fragment: Self.columns) from customer.customer c
      where lower(c.email collate "C") = \(ImportRow.fold(primaryEmail)) and c.email is not null
      order by c.id for no key update of c
      """
    ).map(Self.record)
  }

  /// Those who have all the ids asked for, in order of id.
  func find(_ query: ContactQuery, on pool: PostgresPool) async throws -> [ContactRecord] {
    let conditions = query.identifiers.map { identifier -> SQL in
      switch identifier.name {
      case "email_id": "c.uuid = \(identifier.value)::text::uuid"
      case "primary_email": "lower(c.email collate \"C\") = \(identifier.value)"
      default:
        """
        c.id in (
          select i.customer_id from customer.contact_identifier i
          where i.name = \(identifier.name) and i.value = \(identifier.value))
        """
      }
    }
    let all = SQL.join(["c.email is not null"] + conditions, separator: " and ")
    return try await pool.query(
      """
      select \(fragment: Self.columns) from customer.customer c where \(fragment: all)
      order by c.id limit \(Self.maxFound)
      """
    ).map(Self.record)
  }

  /// A page of those who have changed in the window, in the order of change.
  func updates(_ query: ContactUpdatesQuery, on pool: PostgresPool) async throws -> [ContactRecord] {
    guard query.limit > 0 else { return [] }
    let start = Timestamp.date(microseconds: query.start)
    let end = Timestamp.date(microseconds: query.end)
    let bound: SQL =
      query.after.map { after in
        "(c.updated_at, c.uuid) > (\(Timestamp.date(microseconds: after.updatedAt)), \(after.uuid)) and c.updated_at >= \(start)"
      } ?? "c.updated_at >= \(start)"
    let relevant: SQL =
      query.isMofoRelevant.map { isRelevant in
        """
        exists (
          select from customer.contact_group_value m
          where m.customer_id = c.id and m.group_name = 'mofo' and (m.data ->> 'mofo_relevant')::boolean) = \(isRelevant)
        """
      } ?? "true"
    return try await pool.query(
      """
      select \(fragment: Self.columns) from customer.customer c
      where c.email is not null and \(fragment: bound) and c.updated_at < \(end) and \(fragment: relevant)
      order by c.updated_at, c.uuid limit \(Int64(query.limit))
      """
    ).map(Self.record)
  }

  /// Whether there is no contact at all.
  func isEmpty(on pool: PostgresPool) async throws -> Bool {
    try await pool.query("select from customer.customer where email is not null order by updated_at, uuid limit 1")
      .isEmpty
  }

  /// Counts all contacts: grows with them, and is asked for now and then only.
  func count(on pool: PostgresPool) async throws -> Int64 {
    let rows = try await pool.query("select count(*) from customer.customer where email is not null")
    return try rows.first.map { try $0[0, as: Int64.self] } ?? 0
  }

  private static func reading(_ uuid: UUID) -> SQL {
    "select \(fragment: columns) from customer.customer c where c.uuid = \(uuid) and c.email is not null"
  }

  private static func record(_ row: PostgresRow) throws -> ContactRecord {
    let uuid = try row[1, as: UUID.self]
    let groups = try StoredGroups(try row[9, as: String.self], lists: try row[10, as: String.self])
    var email = ContactGroup.email.completed(groups.values["email"]?.values ?? [:])
    email[ContactGroup.emailID] = .string(uuid.uuidString.lowercased())
    email["primary_email"] = .string(try row[5, as: String.self])
    email["first_name"] = try row[6, as: String?.self].map(JSON.string) ?? .null
    email["last_name"] = try row[7, as: String?.self].map(JSON.string) ?? .null
    email["has_opted_out_of_email"] = .bool(try row[8, as: Bool.self])
    return ContactRecord(
      customerID: try row[0, as: Int64.self], uuid: uuid, revision: try row[2, as: Int64.self],
      createdAt: Timestamp.microseconds(try row[3, as: Date.self]),
      updatedAt: Timestamp.microseconds(try row[4, as: Date.self]), email: email,
      groups: groups.values.filter { $0.key != "email" }, lists: groups.lists)
  }
}
