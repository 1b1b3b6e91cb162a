import Contracts
import Messaging
import Postgres
import Service

/// Answers the operations on erasures.
struct ErasureHandlers: Sendable {
  let pool: PostgresPool
  let idempotency: IdempotencyStore
  let outbox: Outbox
  let consent: Consent
  /// Rung when there is something to do.
  let bell: Signal
  let metrics: CustomerMetrics
  let log: Log
  let persons = PersonStore()
  let store = ErasureStore()

  func register(in handlers: inout OperationHandlers) {
    handlers.on(.createErasure, create)
    handlers.on(.readErasure, read)
    handlers.on(.listErasures, list)
  }

  /// `{"customer_id"}`. What this service keeps of the person is gone when it is answered, and whatever waits for them
  /// is not sent any more; the other services follow.
  @Sendable private func create(_ request: OperationRequest) async throws -> OperationReply {
    var reader = FieldReader(try request.json())
    let wished = reader.integer("customer_id", required: true, in: 1...Int64.max)
    try reader.finish()
    guard let id = wished else { throw Problem(.malformed, "The data lacks customer_id.") }
    return try await idempotency.once(request, on: pool) { connection in
      // Whoever asks a second time waits for the first here.
      guard let found = try await persons.find(id, isHeld: true, on: connection) else {
        throw Problem.notFound("customer", id)
      }
      let (record, isNew) = try await store.insert(
        found.person, isThere: found.revision != nil, by: request.principal, on: connection)
      if isNew { try await erase(found, request, on: connection) }
      return OperationReply(record.json)
    }
  }

  private func erase(
    _ found: PersonStore.Found, _ request: OperationRequest, on connection: PostgresConnection
  ) async throws {
    let id = found.person.customerID
    _ = try await persons.erase(found.person, on: connection)
    let revision = (found.revision ?? 0) + 1
    if found.revision != nil {
      try await consent.tell(.deleted, of: [(id, revision)], by: request.principal, on: connection)
      metrics.deleted.increment()
    }
    try await outbox.add(
      EventType.customerErased.rawValue, data: RecordFact(id: id, revision: revision), by: request.principal,
      on: connection)
    await connection.afterCommit(bell.raise)
    log.info("an erasure was ordered", [.customerID(id), .traceID(request.traceID)])
  }

  @Sendable private func read(_ request: OperationRequest) async throws -> OperationReply {
    let id = try request.id()
    guard let record = try await pool.withConnection({ try await store.find(id: id, on: $0) }) else {
      throw Problem.notFound("erasure", id)
    }
    return OperationReply(record.json)
  }

  @Sendable private func list(_ request: OperationRequest) async throws -> OperationReply {
    let query = try ErasureQuery.read(try request.json())
    return query.page.reply(try await store.records(of: query, on: pool), id: \.id, json: \.json)
  }
}
