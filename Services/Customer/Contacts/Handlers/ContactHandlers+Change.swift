import Contracts
import FoundationEssentials
import Messaging
import Postgres
import Service

extension ContactHandlers {
  /// Creates a contact; one that is there already and says the same is answered as it is.
  func create(_ request: OperationRequest) async throws -> OperationReply {
    let body = try request.json()["body"] ?? .null
    let taken = Problem(.conflict, "Contact already exists")
    return try await unique(taken) {
      try await idempotency.once(request, on: pool) { connection in
        let groups = try await heldGroups(on: connection)
        let draft = try ContactDraft.read(body, groups: groups, needsID: false)
        let id = draft.email.text(ContactGroup.emailID).flatMap { UUID(uuidString: $0) }
        if let id, let present = try await store.lock(id, on: connection) {
          guard draft.isEqual(to: present) else { throw taken }
          return reply(present, groups, isNew: false)
        }
        return try await make(draft, id, groups, taken, request, on: connection)
      }
    }
  }

  /// Creates a contact, or gives one another state altogether.
  func replace(_ request: OperationRequest) async throws -> OperationReply {
    let data = try request.json()
    let id = try ContactID.read(data)
    let taken = Problem(.conflict, "Contact with primary_email or basket_token already exists")
    return try await unique(taken) {
      try await idempotency.once(request, on: pool) { connection in
        let groups = try await heldGroups(on: connection)
        var draft = try ContactDraft.read(data["body"] ?? .null, groups: groups, needsID: true)
        guard draft.email[ContactGroup.emailID] == .string(id.uuidString.lowercased()) else {
          throw Problem(.invalid, "email_id in path must match email_id in contact")
        }
        guard let old = try await store.lock(id, on: connection) else {
          return try await make(draft, id, groups, taken, request, on: connection)
        }
        if draft.email[ContactGroup.paymentID] == .null {
          // Programs of today do not know it: what they leave out must not be lost.
          draft.email[ContactGroup.paymentID] = old.email[ContactGroup.paymentID]
        }
        return try await write(draft, over: old, groups, taken, request, on: connection)
      }
    }
  }

  func update(_ request: OperationRequest) async throws -> OperationReply {
    let data = try request.json()
    let id = try ContactID.read(data)
    let taken = Problem(
      .conflict, "Contact with primary_email, basket_token, mofo_email_id, or fxa_id already exists")
    return try await unique(taken) {
      try await idempotency.once(request, on: pool) { connection in
        let groups = try await heldGroups(on: connection)
        let patch = try ContactPatch.read(data["changes"] ?? .null, groups: groups)
        guard let old = try await store.lock(id, on: connection) else { throw Self.unknown }
        return try await write(
          try patch.applied(to: old, groups: groups), over: old, groups, taken, request, on: connection)
      }
    }
  }

  /// Deletes every contact with an address: the customers with all that is known of them.
  func delete(_ request: OperationRequest) async throws -> OperationReply {
    guard case .string(let address)? = try request.json()["primary_email"] else {
      throw Problem.invalid([ContactFault.string.field("/primary_email", .null)])
    }
    return try await idempotency.once(request, on: pool) { connection in
      let contacts = try await store.lock(primaryEmail: address, on: connection)
      guard !contacts.isEmpty else { throw Problem(.notFound, "email \(address) not found!") }
      try await remove(contacts, request, on: connection)
      var reply = OperationReply(["items": .array(contacts.map(\.identity))])
      reply.subjects = Self.subjects(contacts)
      return reply
    }
  }

  /// Whose export has the audit log's line of it.
  private static func subjects(_ contacts: [ContactRecord]) -> [String] {
    contacts.map { $0.uuid.uuidString.lowercased() }
  }

  /// What groups there are: nobody changes that until the transaction ends.
  func heldGroups(on connection: PostgresConnection) async throws -> [ContactGroup] {
    ContactGroup.fixed + (try await definitions.hold(on: connection)).map(\.group)
  }

  private func make(
    _ draft: ContactDraft, _ id: UUID?, _ groups: [ContactGroup], _ taken: Problem, _ request: OperationRequest,
    on connection: PostgresConnection
  ) async throws -> OperationReply {
    reply(try await add(draft, id, groups, taken, request, on: connection), groups, isNew: true)
  }

  /// Adds a contact, and tells of it.
  /// - Parameter taken: thrown where the address is another customer's.
  func add(
    _ draft: ContactDraft, _ id: UUID?, _ groups: [ContactGroup], _ taken: Problem, _ request: OperationRequest,
    on connection: PostgresConnection
  ) async throws -> ContactRecord {
    try await check(draft, besides: nil, taken, on: connection)
    let id = try await store.create(draft, uuid: id, groups: groups, on: connection)
    guard let contact = try await store.lock(id, on: connection) else { throw Self.unknown }
    try await announce(.customerCreated, contact, on: connection)
    if contact.hasOptedOut { try await tellConsent(of: contact, on: connection) }
    metrics.created.increment()
    log.info("customer created", [.customerID(contact.customerID), .traceID(request.traceID)])
    return contact
  }

  private func write(
    _ draft: ContactDraft, over old: ContactRecord, _ groups: [ContactGroup], _ taken: Problem,
    _ request: OperationRequest, on connection: PostgresConnection
  ) async throws -> OperationReply {
    reply(try await put(draft, over: old, groups, taken, request, on: connection), groups, isNew: false)
  }

  /// Gives a contact that is held its new state, and tells of it.
  func put(
    _ draft: ContactDraft, over old: ContactRecord, _ groups: [ContactGroup], _ taken: Problem,
    _ request: OperationRequest, on connection: PostgresConnection
  ) async throws -> ContactRecord {
    if ImportRow.fold(draft.email.text("primary_email") ?? "") != ImportRow.fold(old.primaryEmail) {
      try await check(draft, besides: old.customerID, taken, on: connection)
    }
    try await store.replace(old, by: draft, groups: groups, on: connection)
    guard let contact = try await store.lock(old.uuid, on: connection) else { throw Self.unknown }
    try await announce(.customerUpdated, contact, on: connection)
    if contact.hasOptedOut != old.hasOptedOut { try await tellConsent(of: contact, on: connection) }
    metrics.updated.increment()
    log.info("customer updated", [.customerID(contact.customerID), .traceID(request.traceID)])
    return contact
  }

  /// Removes contacts that are held, with all that is known of them, and tells of it.
  func remove(
    _ contacts: [ContactRecord], _ request: OperationRequest, on connection: PostgresConnection
  ) async throws {
    try await store.delete(contacts.map(\.customerID), on: connection)
    try await consent.tell(.deleted, of: contacts.map { ($0.customerID, $0.revision + 1) }, on: connection)
    for contact in contacts {
      metrics.deleted.increment()
      log.info("customer deleted", [.customerID(contact.customerID), .traceID(request.traceID)])
    }
  }

  /// Contacts are customers with an address, so another customer's address is another contact's.
  private func check(
    _ draft: ContactDraft, besides id: Int64?, _ taken: Problem, on connection: PostgresConnection
  ) async throws {
    guard let address = draft.email.text("primary_email") else { return }
    if try await store.isTaken(primaryEmail: address, besides: id, on: connection) { throw taken }
  }

  /// Turns the violation of an id's uniqueness into a word for the caller.
  func unique<Result>(_ taken: Problem, _ body: () async throws -> Result) async throws -> Result {
    do {
      return try await body()
    } catch let error as PostgresError where Self.constraints.contains(error.constraint ?? "") {
      throw taken
    }
  }

  private static let constraints: Set = [
    "contact_identifier_unique", "customer_contact_email_key", "customer_uuid_key",
  ]

  private func announce(
    _ type: EventType, _ contact: ContactRecord, on connection: PostgresConnection
  ) async throws {
    let fact = RecordFact(id: contact.customerID, revision: contact.revision)
    try await outbox.add(type.rawValue, data: fact, on: connection)
  }

  private func tellConsent(of contact: ContactRecord, on connection: PostgresConnection) async throws {
    try await consent.tell(
      contact.hasOptedOut ? .optedOut : .optedIn, of: [(contact.customerID, contact.revision)], on: connection)
  }

  /// The contact, whether it is new, and what is odd about it though not wrong.
  private func reply(_ contact: ContactRecord, _ groups: [ContactGroup], isNew: Bool) -> OperationReply {
    var warnings: [JSON] = []
    if let country = contact.email.text("mailing_country"), !country.isEmpty, !countries.contains(country) {
      warnings.append("mailing_country is no country code of ISO 3166")
      log.warning("a contact's country is no code of ISO 3166", [.customerID(contact.customerID)])
    }
    var reply = OperationReply([
      "contact": contact.json(groups: groups, isSingle: true), "created": .bool(isNew), "warnings": .array(warnings),
    ])
    reply.subjects = Self.subjects([contact])
    return reply
  }
}
