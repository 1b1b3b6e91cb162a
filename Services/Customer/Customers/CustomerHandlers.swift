import Contracts
import EventLoop
import Messaging
import Postgres
import Service

/// Answers the operations on single customers, their lists and their tags.
struct CustomerHandlers: Sendable {
  let pool: PostgresPool
  /// Where the handlers run: on the pool's own thread, what they ask of the database changes no thread.
  let loop: EventLoop?
  let zones: TimeZoneNames
  let names: AttributeNames
  let inUse: CustomerNames
  let idempotency: IdempotencyStore
  let outbox: Outbox
  let consent: Consent
  let metrics: CustomerMetrics
  let log: Log
  let newCustomers: NewCustomers
  let reader: CustomerReader
  let store = CustomerStore()

  func register(in handlers: inout OperationHandlers) {
    let all: [(Operation, OperationHandlers.Handler)] = [
      (.createCustomer, create), (.readCustomer, read), (.listCustomers, list), (.searchCustomers, search),
      (.replaceCustomer, replace),
      (.updateCustomer, update), (.deleteCustomer, delete), (.addCustomerTag, addTag),
      (.removeCustomerTag, removeTag),
    ]
    for (operation, handle) in all {
      handlers.on(operation) { request in
        try await withTaskExecutorPreference(loop) { try await handle(request) }
      }
    }
  }

  private func create(_ request: OperationRequest) async throws -> OperationReply {
    let draft = try CustomerDraft.read(try request.json(), zones: zones)
    try await record(draft)
    if let reply = try await newCustomers.create(draft, for: request) {
      created(NewCustomers.id(in: reply.body) ?? 0, request)
      return reply
    }
    return try await phoneChecked(draft) {
      try await idempotency.once(request, on: pool) { connection in
        let record = try await store.create(draft, on: connection)
        try await announce(.customerCreated, record.id, record.revision, by: request, on: connection)
        if record.optedOutAt != nil {
          try await consent.tell(.optedOut, of: [(record.id, record.revision)], by: request.principal, on: connection)
        }
        created(record.id, request)
        return OperationReply(body: record.json, etag: record.etag)
      }
    }
  }

  private func created(_ id: Int64, _ request: OperationRequest) {
    metrics.created.increment()
    log.info("customer created", [.customerID(id), .traceID(request.traceID)])
  }

  private func read(_ request: OperationRequest) async throws -> OperationReply {
    let (target, _) = try Target.read(try request.json()) { _ in }
    guard let record = try await reader.customer(target.id) else { throw Problem.notFound("customer", target.id) }
    return OperationReply(body: record.json, etag: record.etag)
  }

  private func list(_ request: OperationRequest) async throws -> OperationReply {
    try await page(CustomerQuery.read(try request.json(), zones: zones))
  }

  private func search(_ request: OperationRequest) async throws -> OperationReply {
    try await page(CustomerQuery.search(try request.json(), zones: zones))
  }

  private func page(_ query: CustomerQuery) async throws -> OperationReply {
    let page = try await CustomerListStore(pool: pool).page(query)
    var bytes = Array(#"{"items":["#.utf8)
    for (index, customer) in page.customers.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      customer.append(to: &bytes)
    }
    bytes.append(UInt8(ascii: "]"))
    bytes.append(member: "next", page.next.map { PageCursor(after: $0, sort: query.sort).text })
    bytes.append(UInt8(ascii: "}"))
    return OperationReply(body: bytes)
  }

  private func replace(_ request: OperationRequest) async throws -> OperationReply {
    let (target, body) = try Target.read(try request.json()) { $0.value("body", required: true) }
    let draft = try CustomerDraft.read(body ?? nil, zones: zones)
    return try await change(request, target) { _ in draft }
  }

  private func update(_ request: OperationRequest) async throws -> OperationReply {
    let (target, body) = try Target.read(try request.json()) { $0.value("changes", required: true) }
    let changes = try CustomerChanges.read(body ?? nil, zones: zones)
    return try await change(request, target) { try changes.applied(to: $0.draft()) }
  }

  private func delete(_ request: OperationRequest) async throws -> OperationReply {
    let (target, _) = try Target.read(try request.json()) { _ in }
    return try await idempotency.once(request, on: pool) { connection in
      guard let record = try await store.lock(target.id, on: connection) else {
        throw Problem.notFound("customer", target.id)
      }
      try target.check(record.etag, of: "customer")
      try await store.delete(target.id, on: connection)
      try await consent.tell(.deleted, of: [(target.id, record.revision + 1)], by: request.principal, on: connection)
      metrics.deleted.increment()
      log.info("customer deleted", [.customerID(target.id), .traceID(request.traceID)])
      return OperationReply(["id": .integer(target.id)])
    }
  }

  private func addTag(_ request: OperationRequest) async throws -> OperationReply {
    let (target, body) = try Target.read(try request.json()) { $0.value("body", required: true) }
    let tag = try await TagWish.read(body ?? nil).name(on: pool)
    return try await change(request, target) { record in
      var draft = try record.draft()
      draft.tags = TagRules.normalise(draft.tags + [tag])
      guard draft.tags.count <= TagRules.maxCount else {
        throw Problem(.conflict, "The customer \(record.id) has \(TagRules.maxCount) tags already.")
      }
      return draft
    }
  }

  private func removeTag(_ request: OperationRequest) async throws -> OperationReply {
    let (target, tagID) = try Target.read(try request.json()) {
      $0.integer("tag_id", required: true, in: 1...Int64.max)
    }
    return try await change(request, target) { record in
      guard let index = record.tagIDs.firstIndex(where: { $0 == tagID }) else {
        throw Problem(.notFound, "The customer \(record.id) has no tag with id \(tagID ?? 0).")
      }
      var draft = try record.draft()
      draft.tags.remove(at: index)
      return draft
    }
  }
}
