import Contracts
import Messaging
import Postgres

/// Answers what is asked of customers by their e-mail address. They are contacts like any other: what is written here is
/// what every other face of them shows.
struct ProfileHandlers: Sendable {
  static let defaultLimit: Int64 = 1000

  let contacts: ContactHandlers
  let store = ProfileStore()

  private var pool: PostgresPool { contacts.pool }
  private var idempotency: IdempotencyStore { contacts.idempotency }

  func register(in handlers: inout OperationHandlers) {
    handlers.on(.createProfile, create)
    handlers.on(.readProfile, read)
    handlers.on(.listProfiles, list)
    handlers.on(.updateProfile, update)
    handlers.on(.deleteProfile, delete)
  }

  @Sendable private func create(_ request: OperationRequest) async throws -> OperationReply {
    if try ProfileOwner(principal: request.principal) != nil { throw ProfileOwner.refused }
    let draft = try ProfileDraft.read(try request.json())
    return try await unique(draft) { taken in
      try await idempotency.once(request, on: pool) { connection in
        OperationReply(try await add(draft, taken, request, on: connection).json)
      }
    }
  }

  /// Makes the customer within a transaction; to be run within `unique`.
  func add(
    _ draft: ProfileDraft, _ taken: Problem, _ request: OperationRequest, on connection: PostgresConnection
  ) async throws -> ProfileRecord {
    if let id = draft.externalID, try await store.isTaken(externalID: id, on: connection) { throw Self.taken(id) }
    let contact = try await contacts.add(draft.contact, nil, [], taken, request, on: connection)
    if let id = draft.externalID { try await store.set(externalID: id, of: contact.customerID, on: connection) }
    return try await written(contact.customerID, on: connection)
  }

  /// Turns the violation of an id's or address's uniqueness into a word for the caller.
  /// - Parameter detail: said where the address is a customer's already; nil for the usual.
  func unique<Result>(
    _ draft: ProfileDraft, saying detail: String? = nil, _ body: (Problem) async throws -> Result
  ) async throws -> Result {
    let taken = Problem(
      .conflict, detail ?? "\(draft.email.text) already exists",
      errors: [Problem.Field("/email", "is another customer's")])
    do {
      return try await contacts.unique(taken) { try await body(taken) }
    } catch let error as PostgresError where error.constraint == "customer_by_external_id" {
      throw Self.taken(draft.externalID ?? "")
    }
  }

  @Sendable private func read(_ request: OperationRequest) async throws -> OperationReply {
    let email = try Self.address(try request.json())
    let found = try await store.find(email: email, on: pool)
    return OperationReply(try admitted(found, email, request).json)
  }

  /// A page in order of age: `{"items", "next"}`.
  @Sendable private func list(_ request: OperationRequest) async throws -> OperationReply {
    if try ProfileOwner(principal: request.principal) != nil { throw ProfileOwner.refused }
    var reader = FieldReader(try request.json())
    let limit = Int(reader.integer("limit", in: 1...Self.defaultLimit) ?? Self.defaultLimit)
    let cursor = reader.parsed("after", max: PageCursor.maxLength) { text throws(FieldFault) in
      try PageCursor(text, sort: "id")
    }
    try reader.finish()
    let records = try await store.page(after: cursor?.after ?? 0, limit: limit, on: pool)
    let next = records.count == limit ? records.last.map { PageCursor(after: $0.id, sort: "id").text } : nil
    return OperationReply(["items": .array(records.map(\.json)), "next": next.map(JSON.string) ?? .null])
  }

  @Sendable private func update(_ request: OperationRequest) async throws -> OperationReply {
    let email = try Self.address(try request.json()) { $0.value("changes", required: true) }
    let language = try ProfileDraft.language(try request.json()["changes"] ?? .null)
    return try await idempotency.once(request, on: pool) { connection in
      let groups = try await contacts.heldGroups(on: connection)
      let old = try await held(email, request, on: connection)
      let draft = try ContactPatch(email: ["email_lang": .string(language)]).applied(to: old, groups: groups)
      _ = try await contacts.put(draft, over: old, groups, Self.gone(email), request, on: connection)
      return OperationReply(try await written(old.customerID, on: connection).json)
    }
  }

  @Sendable private func delete(_ request: OperationRequest) async throws -> OperationReply {
    let email = try Self.address(try request.json())
    return try await idempotency.once(request, on: pool) { connection in
      let old = try await held(email, request, on: connection)
      try await contacts.remove([old], request, on: connection)
      return OperationReply(["id": .integer(old.customerID), "email": .string(old.primaryEmail)])
    }
  }

  private func held(
    _ email: String, _ request: OperationRequest, on connection: PostgresConnection
  ) async throws -> ContactRecord {
    let found = try admitted(try await store.find(email: email, on: connection), email, request)
    guard let contact = try await contacts.store.lock(found.uuid, on: connection) else { throw Self.gone(email) }
    return contact
  }

  /// What may be shown to who asks. A customer hears the same of whom they may not see and of who is not there.
  private func admitted(
    _ found: ProfileRecord?, _ email: String, _ request: OperationRequest
  ) throws(Problem) -> ProfileRecord {
    if let owner = try ProfileOwner(principal: request.principal) {
      guard let found, found.uuid == owner.uuid else { throw ProfileOwner.refused }
      return found
    }
    guard let found else { throw Self.gone(email) }
    return found
  }

  private func written(_ id: Int64, on connection: PostgresConnection) async throws -> ProfileRecord {
    guard let record = try await store.find(id: id, on: connection) else {
      throw CustomerError(.invalid, "the profile that was written is not there")
    }
    return record
  }

  /// The address that the data names. What cannot be one is nobody's.
  private static func address(_ data: JSON, _ more: (inout FieldReader) -> JSON? = { _ in nil }) throws -> String {
    var reader = FieldReader(data)
    let given = reader.value("email", required: true)
    _ = more(&reader)
    try reader.finish()
    guard case .string(let email)? = given else {
      throw Problem.invalid([Problem.Field("/email", "must be a string")])
    }
    guard FieldReader.fault(in: email, max: 320, allowEmpty: false) == nil else { throw gone("This address") }
    return email
  }

  private static func gone(_ email: String) -> Problem { Problem(.notFound, "\(email) not found") }

  private static func taken(_ externalID: String) -> Problem {
    Problem(
      .conflict, "customer_id \(externalID) already exists",
      errors: [Problem.Field("/customer_id", "is another customer's")])
  }
}
