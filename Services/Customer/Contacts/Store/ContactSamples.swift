import Contracts
import FoundationEssentials
import Postgres

/// The sample contacts, and two contact groups beyond the fixed ones: an optional seed, built into the executable.
struct ContactSamples: Sendable {
  let pool: PostgresPool
  let store = ContactStore()
  let definitions = ContactGroupStore()

  /// Puts them in as they are, timestamps too; what is there already becomes as it was.
  /// - Returns: what was done, for people.
  func load() async throws -> String {
    var groups: [String] = []
    for body in try Self.read(PackageResources.contact_groups_json) {
      let draft = try ContactGroupDraft.read(body)
      let isThere = try await definitions.all(on: pool).contains { $0.name == draft.name }
      if !isThere { _ = try await pool.withTransaction { try await definitions.insert(draft, on: $0) } }
      groups.append(draft.name)
    }
    var addresses: [String] = []
    for body in try Self.contacts() { addresses.append(try await load(body)) }
    return "contacts \(addresses.joined(separator: ", ")); groups \(groups.joined(separator: ", "))"
  }

  /// As the files have them.
  static func contacts() throws -> [JSON] { try read(PackageResources.contacts_json) }

  private static func read(_ file: [UInt8]) throws -> [JSON] {
    guard case .array(let elements) = try JSON.parse(file) else {
      throw CustomerError(.invalid, "a file of samples is no array")
    }
    return elements
  }

  private func load(_ body: JSON) async throws -> String {
    let draft = try ContactDraft.read(body, groups: ContactGroup.fixed, needsID: true, at: "")
    let id = try ContactID.read(body["email"] ?? .null)
    return try await pool.withTransaction { connection in
      if let old = try await store.lock(id, on: connection) {
        try await store.replace(old, by: draft, groups: ContactGroup.fixed, on: connection)
      } else {
        _ = try await store.create(draft, uuid: id, groups: ContactGroup.fixed, on: connection)
      }
      try await store.setTimes(of: id, from: body, on: connection)
      return draft.email.text("primary_email") ?? ""
    }
  }
}

extension ContactStore {
  /// Gives a contact the times that its JSON tells: of the contact, of its groups, of its subscriptions.
  fileprivate func setTimes(of uuid: UUID, from body: JSON, on connection: PostgresConnection) async throws {
    let (created, updated) = try Self.times(of: body["email"])
    try await connection.query(
      "update customer.customer set created_at = \(created), updated_at = \(updated) where uuid = \(uuid)")
    for group in ContactGroup.fixed where group.isTimestamped {
      guard body[group.name]?["create_timestamp"] ?? .null != .null else { continue }
      let (created, updated) = try Self.times(of: body[group.name])
      try await connection.query(
        """
        update customer.contact_group_value set created_at = \(created), updated_at = \(updated)
        where group_name = \(group.name) and customer_id = (select id from customer.customer where uuid = \(uuid))
        """)
    }
    for list in SubscriptionList.allCases {
      guard case .array(let items)? = body[list.rawValue] else { continue }
      for item in items {
        guard case .string(let name)? = item["name"] else { continue }
        let (created, updated) = try Self.times(of: item)
        try await connection.query(
          """
          update customer.subscription set created_at = \(created), updated_at = \(updated)
          where list = \(list.rawValue) and name = \(name)
            and customer_id = (select id from customer.customer where uuid = \(uuid))
          """)
      }
    }
  }

  private static func times(of part: JSON?) throws -> (created: Date, updated: Date) {
    guard case .string(let created)? = part?["create_timestamp"],
      case .string(let updated)? = part?["update_timestamp"]
    else { throw CustomerError(.invalid, "a sample lacks its times") }
    return (try Timestamp.parse(created), try Timestamp.parse(updated))
  }
}
