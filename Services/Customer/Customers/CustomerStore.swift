import FoundationEssentials
import Postgres

/// Customers in the database, one at a time.
struct CustomerStore: Sendable {
  let tags = TagStore()

  /// What `record(of:)` reads, for a row `c` of the customer table.
  static let columns: SQL = """
    c.id, c.uuid, c.phone, c.phone_code, c.timezone, c.email, c.first_name, c.last_name, c.attributes::text,
    c.revision, c.created_at, c.updated_at,
    array(
      select t.id from customer.customer_tag ct join customer.tag t on t.id = ct.tag_id
      where ct.customer_id = c.id order by t.name),
    array(
      select t.name from customer.customer_tag ct join customer.tag t on t.id = ct.tag_id
      where ct.customer_id = c.id order by t.name),
    c.opted_out_at
    """

  /// - Parameter first: the index of the first of `columns` in the row.
  static func record(of row: PostgresRow, first: Int = 0) throws -> CustomerRecord {
    CustomerRecord(
      id: try row[first, as: Int64.self],
      uuid: try row[first + 1, as: UUID.self],
      phone: try row[first + 2, as: String?.self],
      phoneCode: try row[first + 3, as: String?.self],
      timezone: try row[first + 4, as: String?.self],
      email: try row[first + 5, as: String?.self],
      firstName: try row[first + 6, as: String?.self],
      lastName: try row[first + 7, as: String?.self],
      attributes: try row[first + 8, as: String.self],
      revision: try row[first + 9, as: Int64.self],
      createdAt: try row[first + 10, as: Date.self],
      updatedAt: try row[first + 11, as: Date.self],
      tagIDs: try row[first + 12, as: [Int64].self],
      tags: try row[first + 13, as: [String].self],
      optedOutAt: try row[first + 14, as: Date?.self])
  }

  /// The customer, held against other changes until the transaction ends; nil where there is none.
  func lock(_ id: Int64, on connection: PostgresConnection) async throws -> CustomerRecord? {
    let rows = try await connection.query(
      "select \(fragment: Self.columns) from customer.customer c where c.id = \(id) for no key update of c")
    return try rows.first.map { try Self.record(of: $0) }
  }

  /// - Throws: `PostgresError` with constraint `customer_phone_key` where the phone is taken.
  func create(_ draft: CustomerDraft, on connection: PostgresConnection) async throws -> CustomerRecord {
    let attributes = try Self.json(draft.attributes)
    let rows = try await connection.query(
      """
      insert into customer.customer
        (phone, phone_code, timezone, email, first_name, last_name, attributes, opted_out_at)
      values (\(draft.phone?.digits), \(draft.phoneCode), \(draft.timezone), \(draft.email?.text),
        \(draft.firstName), \(draft.lastName), \(attributes)::text::jsonb,
        case when \(draft.optedOut ?? false) then now() end)
      returning id, uuid, revision, created_at, updated_at, opted_out_at
      """)
    guard let row = rows.first else { throw CustomerError(.invalid, "the insert returned no row") }
    let id = try row[0, as: Int64.self]
    let tagIDs = try await tags.ids(of: draft.tags, on: connection)
    try await link(id, tagIDs, on: connection)
    return CustomerRecord(
      id: id, uuid: try row[1, as: UUID.self], phone: draft.phone?.digits,
      phoneCode: draft.phoneCode, timezone: draft.timezone, email: draft.email?.text, firstName: draft.firstName,
      lastName: draft.lastName, attributes: attributes, revision: try row[2, as: Int64.self],
      createdAt: try row[3, as: Date.self], updatedAt: try row[4, as: Date.self], tagIDs: tagIDs, tags: draft.tags,
      optedOutAt: try row[5, as: Date?.self])
  }

  /// Writes the whole state of a customer that `lock` has read.
  /// - Throws: as `create`.
  func write(
    _ draft: CustomerDraft, over old: CustomerRecord, on connection: PostgresConnection
  ) async throws -> CustomerRecord {
    var tagIDs = old.tagIDs
    if draft.tags != old.tags {
      tagIDs = try await tags.ids(of: draft.tags, on: connection)
      let removed = old.tagIDs.filter { !tagIDs.contains($0) }
      try await connection.query(
        "delete from customer.customer_tag where customer_id = \(old.id) and tag_id = any(\(removed)::bigint[])")
      try await link(old.id, tagIDs.filter { !old.tagIDs.contains($0) }, on: connection)
    }
    let attributes = try Self.json(draft.attributes)
    let rows = try await connection.query(
      """
      update customer.customer set
        phone = \(draft.phone?.digits), phone_code = \(draft.phoneCode), timezone = \(draft.timezone),
        email = \(draft.email?.text), first_name = \(draft.firstName), last_name = \(draft.lastName),
        attributes = \(attributes)::text::jsonb, revision = revision + 1, updated_at = now(),
        opted_out_at = case when \(draft.optedOut ?? (old.optedOutAt != nil)) then coalesce(opted_out_at, now()) end
      where id = \(old.id)
      returning revision, updated_at, opted_out_at
      """)
    guard let row = rows.first else { throw CustomerError(.invalid, "the update returned no row") }
    return CustomerRecord(
      id: old.id, uuid: old.uuid, phone: draft.phone?.digits, phoneCode: draft.phoneCode, timezone: draft.timezone,
      email: draft.email?.text, firstName: draft.firstName, lastName: draft.lastName, attributes: attributes,
      revision: try row[0, as: Int64.self], createdAt: old.createdAt, updatedAt: try row[1, as: Date.self],
      tagIDs: tagIDs, tags: draft.tags, optedOutAt: try row[2, as: Date?.self])
  }

  /// A tag that goes away meanwhile takes its links along, or is not linked.
  private func link(_ id: Int64, _ tagIDs: [Int64], on connection: PostgresConnection) async throws {
    if tagIDs.isEmpty { return }
    try await connection.query(
      """
      insert into customer.customer_tag (tag_id, customer_id)
      select t.id, \(id) from customer.tag t where t.id = any(\(tagIDs)::bigint[]) for key share
      """)
  }

  func delete(_ id: Int64, on connection: PostgresConnection) async throws {
    _ = try await connection.query("delete from customer.customer where id = \(id)")
  }

  static func json(_ attributes: [String: String]) throws -> String {
    if attributes.isEmpty { return "{}" }
    var bytes: [UInt8] = []
    bytes.append(attributes: attributes)
    return String(decoding: bytes, as: UTF8.self)
  }
}
