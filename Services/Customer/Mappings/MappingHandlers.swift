import Contracts
import Messaging
import Postgres
import Service

/// Answers what other applications ask and tell of customers.
struct MappingHandlers: Sendable {
  let pool: PostgresPool
  let idempotency: IdempotencyStore
  let outbox: Outbox
  let metrics: CustomerMetrics
  let log: Log
  let store = MappingStore()

  func register(in handlers: inout OperationHandlers) {
    handlers.on(.customerOfDomain, customer)
    handlers.on(.createMapping, create)
    handlers.on(.findMapping, find)
    handlers.on(.listMappings, list)
  }

  /// `{"customer": {"uuid", "domain"}, "created"}`
  @Sendable private func customer(_ request: OperationRequest) async throws -> OperationReply {
    var reader = FieldReader(try request.json())
    let domain = reader.parsed("domain", required: true, max: 1000) { text throws(FieldFault) in
      try DomainName(text)
    }
    try reader.finish()
    guard let domain else { throw Problem(.malformed, "The data lacks domain.") }
    return try await idempotency.once(request, on: pool) { connection in
      let (customer, isNew) = try await store.customer(of: domain, on: connection)
      if isNew {
        try await outbox.tell(.customerCreated, of: customer.id, revision: 1, by: request.principal, on: connection)
        metrics.created.increment()
        log.info("customer created", [.customerID(customer.id), .traceID(request.traceID)])
      }
      return OperationReply(["customer": customer.json, "created": .bool(isNew)])
    }
  }

  @Sendable private func create(_ request: OperationRequest) async throws -> OperationReply {
    let draft = try MappingDraft.read(try request.json())
    return try await idempotency.once(request, on: pool) { connection in
      let fact = try await store.create(draft, on: connection)
      try await outbox.add(
        EventType.mappingCreated.rawValue, data: fact, by: request.principal, on: connection)
      return OperationReply([
        "customer": .string(draft.customer.uuidString.lowercased()), "app": .string(draft.app),
        "customer_app_id": .string(draft.customerAppID),
      ])
    }
  }

  @Sendable private func find(_ request: OperationRequest) async throws -> OperationReply {
    var reader = FieldReader(try request.json())
    let app = reader.string("app", required: true, max: 64)
    let id = reader.string("customer_app_id", required: true, max: MappingDraft.maxAppID)
    try reader.finish()
    guard let app, let id, let customer = try await store.find(app: app, customerAppID: id, on: pool) else {
      throw Problem(.notFound, "No customer has this id in this application.")
    }
    return OperationReply(customer.json)
  }

  @Sendable private func list(_ request: OperationRequest) async throws -> OperationReply {
    var reader = FieldReader(try request.json())
    let customer = reader.uuid("customer")
    try reader.finish()
    guard let customer else { throw Problem(.malformed, "The data lacks customer.") }
    return OperationReply(["mappings": .array(try await store.mappings(of: customer, on: pool))])
  }
}
