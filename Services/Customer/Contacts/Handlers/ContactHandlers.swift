import Contracts
import FoundationEssentials
import Messaging
import Postgres
import Service

/// Answers the operations on contacts. The words of what it refuses are those that programs know.
struct ContactHandlers: Sendable {
  let pool: PostgresPool
  let idempotency: IdempotencyStore
  let outbox: Outbox
  let consent: Consent
  let countries: CountryCodes
  let metrics: CustomerMetrics
  let log: Log
  let store = ContactStore()
  let definitions = ContactGroupStore()

  func register(in handlers: inout OperationHandlers) {
    handlers.on(.findContacts, find)
    handlers.on(.readContact, read)
    handlers.on(.listContactUpdates, updates)
    handlers.on(.findIdentities, identities)
    handlers.on(.readIdentity, identity)
    handlers.on(.readContactGroup, group)
    handlers.on(.checkContacts) { _ in OperationReply(["empty": .bool(try await store.isEmpty(on: pool))]) }
    handlers.on(.countContacts) { _ in OperationReply(["count": .integer(try await store.count(on: pool))]) }
    handlers.on(.createContact, create)
    handlers.on(.replaceContact, replace)
    handlers.on(.updateContact, update)
    handlers.on(.deleteContacts, delete)
  }

  /// The groups beside `email`, the fixed ones first.
  func groups() async throws -> [ContactGroup] {
    ContactGroup.fixed + (try await definitions.all(on: pool)).map(\.group)
  }

  private func find(_ request: OperationRequest) async throws -> OperationReply {
    let groups = try await groups()
    let contacts = try await found(request, groups)
    return OperationReply(["items": .array(contacts.map { $0.json(groups: groups) })])
  }

  private func identities(_ request: OperationRequest) async throws -> OperationReply {
    let contacts = try await found(request, try await groups())
    return OperationReply(["items": .array(contacts.map(\.identity))])
  }

  private func found(_ request: OperationRequest, _ groups: [ContactGroup]) async throws -> [ContactRecord] {
    try await store.find(try ContactQuery.read(try request.json(), groups: groups), on: pool)
  }

  private func read(_ request: OperationRequest) async throws -> OperationReply {
    let contact = try await named(request)
    return OperationReply(contact.json(groups: try await groups(), isSingle: true))
  }

  private func identity(_ request: OperationRequest) async throws -> OperationReply {
    OperationReply(try await named(request).identity)
  }

  private func group(_ request: OperationRequest) async throws -> OperationReply {
    guard case .string(let name)? = try request.json()["group"],
      let group = ContactRecord.SeedEraGroup(rawValue: name)
    else {
      let names = ContactRecord.SeedEraGroup.allCases.map(\.rawValue).joined(separator: ", ")
      throw Problem.invalid([Problem.Field("/group", "must be one of \(names)")])
    }
    return OperationReply(try await named(request).json(group))
  }

  private func named(_ request: OperationRequest) async throws -> ContactRecord {
    let id = try ContactID.read(try request.json())
    guard let contact = try await store.find(id, on: pool) else { throw Self.unknown }
    return contact
  }

  private func updates(_ request: OperationRequest) async throws -> OperationReply {
    let now = Timestamp.microseconds(.now)
    let query = try ContactUpdatesQuery.read(try request.json(), now: now)
    let groups = try await groups()
    let contacts = try await store.updates(query, on: pool)
    let last = contacts.count == query.limit ? contacts.last : nil
    let after = last.map { ContactCursor(uuid: $0.uuid, updatedAt: $0.updatedAt).text }
    return OperationReply([
      "start": .string(ContactTime.text(query.start)), "end": .string(ContactTime.text(query.end)),
      "limit": .integer(Int64(query.limit)), "after": after.map(JSON.string) ?? .null,
      "items": .array(contacts.map { $0.json(groups: groups) }),
    ])
  }

  static let unknown = Problem(.notFound, "Unknown email_id")
}
