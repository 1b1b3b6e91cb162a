import Contracts
import FoundationEssentials
import Messaging
import Postgres
import Service

/// The commands and the query about leads.
struct LeadHandlers: Sendable {
  /// Modes of a lead's results.
  private static let modes = ["send", "ping"]

  let desk: LeadDesk
  let store: LeadStore
  let idempotency: IdempotencyStore
  let log: Log
  /// How long the source of a lead waits for its result to be written down.
  var patience: Duration = .seconds(5)

  func register(in handlers: inout OperationHandlers) {
    handlers.on(.sendLead, send)
    handlers.on(.pingLead, ping)
    handlers.on(.leadStatus, status)
  }

  @Sendable private func send(_ request: OperationRequest) async throws -> OperationReply {
    guard let key = request.idempotencyKey else {
      throw Problem(.invalid, "This command needs an idempotency key, so that no lead is sent twice.")
    }
    let json = try request.json()
    guard let leadID = Lead.id(of: json) else {
      let result = try await desk.prepare(json).result
      desk.metrics.count(result.outcome, buyer: nil)
      return try OperationReply(encoding: result)
    }
    switch try await store.begin(leadID, for: request, key: key) {
    case .known(let result): return try OperationReply(encoding: result)
    case .underWay:
      let message = "The lead \(leadID) is being sent already; GET /status/\(leadID) will tell what came of it."
      return try OperationReply(encoding: LeadVerdict.uncalled(.buyerFailed, LeadFault("Being sent", message)))
    case .granted(let call): return try OperationReply(encoding: try await send(json, leadID, call, request))
    }
  }

  private func send(
    _ json: JSON, _ leadID: String, _ call: Int64, _ request: OperationRequest
  ) async throws -> LeadResult {
    let prepared: (order: LeadDesk.Order?, result: LeadResult, buyer: String?)
    do {
      prepared = try await desk.prepare(json)
    } catch {
      try? await store.abandon(call)  // What is left lapses.
      throw error
    }
    let result = if let order = prepared.order { await desk.deliver(order) } else { prepared.result }
    desk.metrics.count(result.outcome, buyer: prepared.buyer)
    let fields: [LogField] = [
      .field("lead_id", leadID), .field("buyer", prepared.buyer ?? "none"), .field("outcome", result.outcome.rawValue),
      .traceID(request.traceID),
    ]
    if result.outcome == .buyerFailed {
      log.warning("a lead was not taken", fields + [.field("error", result.answer["error"]?.plainText ?? "")])
    } else {
      log.info("a lead was answered", fields)
    }
    await keep(fields) { try await store.finish(call, result, leadID: leadID, buyer: prepared.buyer, for: request) }
    return result
  }

  /// Writes a result down. The source hears it in any case, soon: what the database does not take in time is shown as
  /// unknown later.
  private func keep(_ fields: [LogField], _ write: @escaping @Sendable () async throws -> Void) async {
    let isKept = await withTaskGroup(of: Bool.self) { group in
      group.addTask {
        await Persistence("a lead's result is written", log: log).trying(telling: fields, write) != nil
      }
      group.addTask {
        try? await Task.sleep(for: patience)
        return false
      }
      let isKept = await group.next() ?? false
      group.cancelAll()
      return isKept
    }
    if !isKept { log.error("a lead's result is not written; it will be shown as unknown", fields) }
  }

  /// Whether the lead could be sent; without a call.
  @Sendable private func ping(_ request: OperationRequest) async throws -> OperationReply {
    let json = try request.json()
    var result = try await desk.prepare(json).result
    if result.outcome != .success { result.outcome = .refused }
    let (leadID, answer) = (Lead.id(of: json), result)
    return try await idempotency.once(request, on: store.pool) { connection in
      if let leadID { try await store.keepPing(leadID, answer, on: connection) }
      return try OperationReply(encoding: answer)
    }
  }

  @Sendable private func status(_ request: OperationRequest) async throws -> OperationReply {
    var reader = FieldReader(try request.json())
    let leadID = reader.string("lead_id", required: true, max: 200)
    let mode = reader.string("mode", required: true, max: 10)
    if let mode, !Self.modes.contains(mode) { reader.fail("mode", "must be one of: send, ping") }
    try reader.finish()
    guard let leadID, let mode, let result = try await store.status(leadID, mode: mode) else {
      throw Problem(.notFound, "Nothing is known of this lead; results are kept for ten minutes.")
    }
    return try OperationReply(encoding: result)
  }
}
