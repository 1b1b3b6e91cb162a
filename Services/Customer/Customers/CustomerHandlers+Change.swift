import Contracts
import Messaging
import Postgres

extension CustomerHandlers {
  /// Changes one customer in a transaction: locks it, checks the version, writes what `edit` makes of it.
  func change(
    _ request: OperationRequest, _ target: Target,
    _ edit: @escaping @Sendable (CustomerRecord) throws -> CustomerDraft
  ) async throws -> OperationReply {
    try await idempotency.once(request, on: pool) { connection in
      guard let old = try await store.lock(target.id, on: connection) else {
        throw Problem.notFound("customer", target.id)
      }
      try target.check(old.etag, of: "customer")
      let draft = try edit(old)
      try await record(draft)
      let new = try await phoneChecked(draft) { try await store.write(draft, over: old, on: connection) }
      try await announce(.customerUpdated, new.id, new.revision, by: request, on: connection)
      if (new.optedOutAt != nil) != (old.optedOutAt != nil) {
        let state: ConsentState = new.optedOutAt == nil ? .optedIn : .optedOut
        try await consent.tell(state, of: [(new.id, new.revision)], by: request.principal, on: connection)
      }
      metrics.updated.increment()
      log.info("customer updated", [.customerID(new.id), .traceID(request.traceID)])
      return OperationReply(body: new.json, etag: new.etag)
    }
  }

  /// Records what of the customer has a name that lists must show.
  func record(_ draft: CustomerDraft) async throws {
    try await names.record(draft.attributes.keys.sorted())
    try await inUse.record(phoneCodes: draft.phoneCode.map { [$0] } ?? [], timezones: draft.timezone.map { [$0] } ?? [])
  }

  func announce(
    _ type: EventType, _ id: Int64, _ revision: Int64, by request: OperationRequest, on connection: PostgresConnection
  ) async throws {
    try await outbox.add(
      type.rawValue, data: RecordFact(id: id, revision: revision), by: request.principal, on: connection)
  }

  /// Turns the violation of a constraint into a word for the caller: a taken phone, or an address that a contact needs.
  func phoneChecked<Result>(_ draft: CustomerDraft, _ body: () async throws -> Result) async throws -> Result {
    do {
      return try await body()
    } catch let error as PostgresError where error.constraint == "customer_contact_email_key" {
      throw Problem(
        .conflict, "The customer is a contact, and another contact has the address \(draft.email?.text ?? "").",
        errors: [Problem.Field("/email", "belongs to another contact")])
    } catch let error as PostgresError where error.constraint == "customer_contact_has_email" {
      throw Problem(
        .conflict, "The customer is a contact, and a contact has an address.",
        errors: [Problem.Field("/email", "is required: the customer is a contact")])
    } catch let error as PostgresError where error.constraint == "customer_phone_key" {
      let phone = draft.phone?.digits ?? ""
      throw Problem(
        .conflict, "A customer with the phone \(phone) exists already.",
        errors: [Problem.Field("/phone", "belongs to another customer")])
    }
  }
}
