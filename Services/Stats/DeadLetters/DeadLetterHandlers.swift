import Contracts
import Messaging
import Postgres

/// What operators ask of dead letters, and order.
struct DeadLetterHandlers: Sendable {
  let pool: PostgresPool
  let letters: DeadLetterStore
  let orders: DeadLetterReplayStore
  let idempotency: IdempotencyStore
  let replay: LetterReplay
  let metrics: StatsMetrics

  func register(in handlers: inout OperationHandlers) {
    handlers.on(.listDeadLetters, list)
    handlers.on(.readDeadLetter, read)
    handlers.on(.replayDeadLetter, replayOne)
    handlers.on(.replayDeadLetters, replayAll)
  }

  /// `to_replay`: how many letters are ordered and have still to go.
  @Sendable private func list(_ request: OperationRequest) async throws -> OperationReply {
    var reader = FieldReader(try request.json())
    var (queue, reason): (String?, String?)
    _ = reader.object("filter") {
      queue = $0.string("queue", max: 255)
      reason = $0.string("reason", max: 2_000)
    }
    let page = IDPage(&reader, .descending)
    try reader.finish()
    let found = try await letters.list(queue: queue, reason: reason, page)
    let waiting = try await pool.withConnection { [queue] in try await orders.waiting(queue: queue, on: $0) }
    return page.reply(found, more: ["to_replay": .integer(waiting)], id: \.id, json: \.json)
  }

  @Sendable private func read(_ request: OperationRequest) async throws -> OperationReply {
    let id = try request.id()
    guard let letter = try await letters.read(id) else { throw Problem.notFound("dead letter", id) }
    return OperationReply(letter)
  }

  /// At once, and answered when the broker has it.
  @Sendable private func replayOne(_ request: OperationRequest) async throws -> OperationReply {
    let id = try request.id()
    return try await idempotency.once(request, on: pool) { connection in
      try await orders.replay(id, on: connection) { try await replay.send($0) }
      metrics.replayed.increment()
      guard let letter = try await letters.read(id, on: connection) else { throw Problem.notFound("dead letter", id) }
      return OperationReply(letter)
    }
  }

  /// `{"queue", "reason"?}`: the letters of a queue, those whose reason begins so. They go back one after another, by
  /// `DeadLetterReplayer`.
  @Sendable private func replayAll(_ request: OperationRequest) async throws -> OperationReply {
    var reader = FieldReader(try request.json())
    let queue = reader.string("queue", required: true, max: 255)
    let reason = reader.string("reason", max: 2_000)
    try reader.finish()
    guard let queue else { throw Problem(.malformed, "The data lacks queue.") }
    return try await idempotency.once(request, on: pool) { connection in
      let ordered = try await orders.order(queue: queue, reason: reason, on: connection)
      let waiting = try await orders.waiting(queue: queue, on: connection)
      return OperationReply([
        "queue": .string(queue), "reason": reason.map { .string($0) } ?? .null, "ordered": .integer(ordered),
        "to_replay": .integer(waiting),
      ])
    }
  }
}
