import Contracts
import FoundationEssentials
import Messaging
import Postgres

/// The contact groups that admins have defined.
struct ContactGroupStore: Sendable {
  private static let columns: SQL = "id, name, fields::text, revision, created_at, updated_at"

  /// In order of name; they are few.
  func all(on pool: PostgresPool) async throws -> [ContactGroupDefinition] {
    try await pool.query("select \(fragment: Self.columns) from customer.contact_group order by name").map(
      Self.definition)
  }

  /// The same, held against changes until the transaction ends.
  func hold(on connection: PostgresConnection) async throws -> [ContactGroupDefinition] {
    try await connection.query(
      "select \(fragment: Self.columns) from customer.contact_group order by name for share"
    ).map(Self.definition)
  }

  func groups(of page: IDPage, on pool: PostgresPool) async throws -> [ContactGroupDefinition] {
    try await pool.query(
      """
      select \(fragment: Self.columns) from customer.contact_group
      where \(fragment: page.condition()) \(fragment: page.ordering())
      """
    ).map(Self.definition)
  }

  func find(_ id: Int64, on pool: PostgresPool) async throws -> ContactGroupDefinition? {
    try await pool.query("select \(fragment: Self.columns) from customer.contact_group where id = \(id)")
      .first.map(Self.definition)
  }

  /// The group, held against other changes, and against contacts that are given values of it meanwhile: see `hold`.
  func lock(_ id: Int64, on connection: PostgresConnection) async throws -> ContactGroupDefinition? {
    try await connection.query(
      "select \(fragment: Self.columns) from customer.contact_group where id = \(id) for update"
    ).first.map(Self.definition)
  }

  /// - Throws: `PostgresError` with constraint `contact_group_name_key` where the name is taken.
  /// - Returns: nil where there are too many already.
  func insert(_ draft: ContactGroupDraft, on connection: PostgresConnection) async throws -> ContactGroupDefinition? {
    try await connection.query(
      """
      insert into customer.contact_group (name, fields)
      select \(draft.name), \(Self.text(draft.fields))::text::jsonb
      where (select count(*) from customer.contact_group) < \(ContactGroupDraft.maxGroups)
      returning \(fragment: Self.columns)
      """
    ).first.map(Self.definition)
  }

  func update(
    _ id: Int64, fields: [ContactField], on connection: PostgresConnection
  ) async throws -> ContactGroupDefinition? {
    try await connection.query(
      """
      update customer.contact_group
      set fields = \(Self.text(fields))::text::jsonb, revision = revision + 1, updated_at = now()
      where id = \(id) returning \(fragment: Self.columns)
      """
    ).first.map(Self.definition)
  }

  /// Whether any contact has it.
  func isUsed(_ name: String, on connection: PostgresConnection) async throws -> Bool {
    try await !connection.query("select from customer.contact_group_value where group_name = \(name) limit 1").isEmpty
  }

  /// The group, with what contacts have of it.
  func delete(_ group: ContactGroupDefinition, on connection: PostgresConnection) async throws {
    try await connection.query("delete from customer.contact_group_value where group_name = \(group.name)")
    let identifiers = group.fields.compactMap(\.identifier?.name)
    if !identifiers.isEmpty {
      try await connection.query("delete from customer.contact_identifier where name = any(\(identifiers)::text[])")
    }
    try await connection.query("delete from customer.contact_group where id = \(group.id)")
  }

  private static func text(_ fields: [ContactField]) -> String {
    String(decoding: JSON.array(fields.map(ContactFieldDraft.json)).bytes, as: UTF8.self)
  }

  private static func definition(_ row: PostgresRow) throws -> ContactGroupDefinition {
    let name = try row[1, as: String.self]
    guard case .array(let elements) = try JSON.parse(Array(try row[2, as: String.self].utf8)) else {
      throw CustomerError(.invalid, "the contact group \(name) has no fields")
    }
    return ContactGroupDefinition(
      id: try row[0, as: Int64.self], name: name, fields: try elements.map { try ContactFieldDraft.read($0, of: name) },
      revision: try row[3, as: Int64.self], createdAt: try row[4, as: Date.self], updatedAt: try row[5, as: Date.self])
  }
}
