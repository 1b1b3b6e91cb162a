import Contracts
import FoundationEssentials
import Messaging
import Postgres
import Service

/// Takes receipts: a message that its provider has delivered is `delivered`, whatever else is told of that round.
struct ReceiptHandlers: Sendable {
  /// How long a message may take to be known here: a receipt can be quicker.
  private static let patience: Duration = .seconds(3)

  let pool: PostgresPool
  let store: ReceiptStore
  let messages: MessageStore
  let idempotency: IdempotencyStore
  let log: Log

  func register(in handlers: inout OperationHandlers) {
    handlers.on(.recordReceipts, record)
  }

  /// Good receipts go in whatever becomes of the others: `{"delivered", "unchanged", "errors": [{"pointer", "detail"}]}`.
  @Sendable private func record(_ request: OperationRequest) async throws -> OperationReply {
    let receipts = try Receipt.read(try request.json(), now: .now)
    let names = Set(receipts.map(\.name))
    var found: [Receipt.Name: [Int64]] = [:]
    _ = try await Patience.ofReceipts.ask(for: Self.patience) {
      found = try await pool.withConnection { try await store.ids(of: names, on: $0) }
      return found.count == names.count ? true : nil
    }
    let ids = found
    return try await idempotency.once(request, on: pool) { connection in
      let known = try await messages.lock(Array(Set(ids.values.joined())).sorted(), on: connection)
      let plan = ReceiptPlan(receipts, ids: ids, known: known, now: .now)
      try await messages.apply(plan.facts, on: connection)
      try await HappeningStore.insert(plan.happenings(by: request.principal), on: connection)
      log.info(
        "receipts",
        [.field("delivered", plan.facts.count), .field("wrong", plan.errors.count), .traceID(request.traceID)])
      return OperationReply([
        "delivered": .integer(Int64(plan.facts.count)), "unchanged": .integer(Int64(plan.unchanged)),
        "errors": .array(plan.errors.map { ["pointer": .string($0.pointer), "detail": .string($0.detail)] }),
      ])
    }
  }
}
