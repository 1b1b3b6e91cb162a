import Contracts
import FoundationEssentials
import Postgres

/// Contacts in the database: writing. All of it throws `PostgresError` with the constraint where an id is taken.
extension ContactStore {
  /// The id of the new customer.
  /// - Parameter uuid: nil for a new one.
  func create(
    _ draft: ContactDraft, uuid: UUID?, groups: [ContactGroup], on connection: PostgresConnection
  ) async throws -> UUID {
    let email = draft.email
    let rows = try await connection.query(
      """
      insert into customer.customer (uuid, email, first_name, last_name, opted_out_at, is_contact)
      values (coalesce(\(uuid), gen_random_uuid()), \(email.text("primary_email")), \(email.text("first_name")),
        \(email.text("last_name")), case when \(email["has_opted_out_of_email"] == true) then now() end, true)
      returning id, uuid
      """)
    guard let row = rows.first else { throw CustomerError(.invalid, "the insert returned no row") }
    try await write(draft, of: try row[0, as: Int64.self], groups: groups, on: connection)
    return try row[1, as: UUID.self]
  }

  /// Writes the whole state of a contact that `lock` has read.
  func replace(
    _ old: ContactRecord, by draft: ContactDraft, groups: [ContactGroup], on connection: PostgresConnection
  ) async throws {
    let email = draft.email
    try await connection.query(
      """
      update customer.customer set
        email = \(email.text("primary_email")), first_name = \(email.text("first_name")),
        last_name = \(email.text("last_name")), is_contact = true,
        opted_out_at = case when \(email["has_opted_out_of_email"] == true) then coalesce(opted_out_at, now()) end,
        revision = revision + 1, updated_at = now()
      where id = \(old.customerID)
      """)
    try await write(draft, of: old.customerID, groups: groups, on: connection)
  }

  /// Makes a customer with an address a contact, whose address is nobody else's.
  func makeContact(_ id: Int64, on connection: PostgresConnection) async throws {
    try await connection.query(
      "update customer.customer set is_contact = true where id = \(id) and not is_contact")
  }

  func delete(_ ids: [Int64], on connection: PostgresConnection) async throws {
    try await connection.query("delete from customer.customer where id = any(\(ids)::bigint[])")
  }

  /// Whether another customer has this address, a contact or not.
  func isTaken(
    primaryEmail: String, besides id: Int64?, on connection: PostgresConnection
  ) async throws -> Bool {
    try await !connection.query(
      """
      select from customer.customer c
      where lower(c.email collate "C") = \(ImportRow.fold(primaryEmail)) and c.email is not null and c.id <> \(id ?? 0)
      limit 1
      """
    ).isEmpty
  }

  private func write(
    _ draft: ContactDraft, of id: Int64, groups: [ContactGroup], on connection: PostgresConnection
  ) async throws {
    let own = Set([ContactGroup.emailID, "primary_email", "first_name", "last_name", "has_opted_out_of_email"])
    var values = draft.groups
    values["email"] = draft.email.filter { !own.contains($0.key) }
    try await write(values, of: id, on: connection)
    var identifiers = ContactGroup.email.identifiers(draft.email).filter { !own.contains($0.name) }
    for group in groups { identifiers += group.identifiers(draft.groups[group.name] ?? [:]) }
    try await write(identifiers, of: id, on: connection)
    for list in SubscriptionList.allCases {
      try await write(draft.lists[list] ?? [], in: list, of: id, on: connection)
    }
  }

  private func write(
    _ groups: [String: ContactGroup.Values], of id: Int64, on connection: PostgresConnection
  ) async throws {
    let names = groups.keys.sorted()
    let data = names.map { String(decoding: JSON.object(groups[$0] ?? [:]).bytes, as: UTF8.self) }
    try await connection.query(
      "delete from customer.contact_group_value where customer_id = \(id) and group_name <> all(\(names)::text[])")
    try await connection.query(
      """
      insert into customer.contact_group_value as g (customer_id, group_name, data)
      select \(id), name, data::jsonb from unnest(\(names)::text[], \(data)::text[]) n (name, data)
      on conflict (customer_id, group_name) do update set data = excluded.data, updated_at = now()
      where g.data is distinct from excluded.data
      """)
  }

  private func write(
    _ identifiers: [ContactIdentifier], of id: Int64, on connection: PostgresConnection
  ) async throws {
    let sorted = identifiers.sorted { ($0.name, $0.value) < ($1.name, $1.value) }
    let (names, values) = (sorted.map(\.name), sorted.map(\.value))
    try await connection.query(
      """
      delete from customer.contact_identifier i where i.customer_id = \(id) and not exists (
        select from unnest(\(names)::text[], \(values)::text[]) n (name, value)
        where n.name = i.name and n.value = i.value)
      """)
    guard !sorted.isEmpty else { return }
    try await connection.query(
      """
      insert into customer.contact_identifier (name, value, customer_id, is_unique)
      select name, value, \(id), is_unique
      from unnest(\(names)::text[], \(values)::text[], \(sorted.map(\.isUnique))::boolean[]) n (name, value, is_unique)
      order by name, value on conflict (name, value, customer_id) do nothing
      """)
  }

  private func write(
    _ items: [ContactGroup.Values], in list: SubscriptionList, of id: Int64, on connection: PostgresConnection
  ) async throws {
    let names = items.map { $0.text("name") ?? "" }
    try await connection.query(
      """
      delete from customer.subscription
      where customer_id = \(id) and list = \(list.rawValue) and name <> all(\(names)::text[])
      """)
    guard !items.isEmpty else { return }
    let data = items.map { String(decoding: JSON.object($0).bytes, as: UTF8.self) }
    try await connection.query(
      """
      insert into customer.subscription as s (customer_id, list, name, is_subscribed, data)
      select \(id), \(list.rawValue), name, is_subscribed, data::jsonb
      from unnest(\(names)::text[], \(items.map { $0["subscribed"] == true })::boolean[], \(data)::text[])
        n (name, is_subscribed, data)
      on conflict (customer_id, list, name) do update
        set is_subscribed = excluded.is_subscribed, data = excluded.data, updated_at = now()
      where s.data is distinct from excluded.data
      """)
  }
}

extension ContactGroup.Values {
  /// A field's text; nil where it is null, or no text.
  func text(_ name: String) -> String? {
    guard case .string(let text)? = self[name] else { return nil }
    return text
  }
}
