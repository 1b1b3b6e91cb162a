import Contracts
import FoundationEssentials
import Messaging
import Postgres
import Service

/// Sees erasures through: asks every service for its part until it has done it. A service that is down is asked again
/// when it is back, by whichever copy of this one lives then.
struct ErasureDriver: Component {
  /// How often it looks for what another copy has left behind.
  private static let lookAround: Duration = .seconds(1)
  /// How long a service may take; it reads through a day of stored answers.
  private static let timeout: Duration = .seconds(120)
  private static let lease: Duration = .seconds(150)
  private static let atOnce = 4

  let name = "erasures"
  let stopMode = StopMode.cancellation
  let pool: PostgresPool
  let operations: any OperationCalling
  let idempotency: IdempotencyStore
  let outbox: Outbox
  let bell: Signal
  let log: Log
  /// Before a service is asked again.
  var backoff = Backoff(base: .milliseconds(500), cap: .seconds(30))
  let store = ErasureStore()

  func run() async {
    let persistence = Persistence("erasures are carried out", log: log)
    while let count = await persistence.trying({ try await carryOut() }) {
      if count == 0 { await bell.wait(until: .now + Self.lookAround) }
    }
  }

  /// Does what is due; how many parts.
  func carryOut() async throws -> Int {
    let due = try await store.take(limit: Self.atOnce, lease: Self.lease, on: pool)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for part in due { group.addTask { try await carryOut(part) } }
      try await group.waitForAll()
    }
    return due.count
  }

  private func carryOut(_ part: ErasureStore.Due) async throws {
    let fields: [LogField] = [
      .customerID(part.order.person.customerID), .field("service", part.service.rawValue),
    ]
    // Not less than half: what is on its way needs its time.
    let pause = backoff.ceiling(attempt: part.tries)
    do {
      let report = try await report(of: part)
      let fact = ErasureFact(id: part.erasureID, customerID: part.order.person.customerID)
      let isComplete = try await store.record(report, of: part, again: pause, on: pool) { connection in
        try await outbox.add(EventType.erasureCompleted.rawValue, data: fact, on: connection)
      }
      if report.isDone { log.info("a person is erased", fields) }
      if isComplete { log.info("an erasure is complete", [.customerID(part.order.person.customerID)]) }
    } catch let problem as Problem {
      log.warning("a person is not erased yet", fields + [.field("problem", problem.detail)])
      try await store.postpone(part, problem.detail, by: pause, on: pool)
    }
  }

  private func report(of part: ErasureStore.Due) async throws -> ErasureReport {
    let operation: Contracts.Operation
    switch part.service {
    case .customer:
      let count = try await idempotency.forget(part.order.person, on: pool)
      return ErasureReport(erased: ["stored_answers": count])
    case .mailoutScheduler: operation = .eraseWaiting
    case .sender: operation = .eraseLeads
    case .stats: operation = .eraseMessages
    case .gateway: return ErasureReport()
    }
    let reply = try await operations.call(
      operation, data: [UInt8](try JSONEncoder().encode(part.order)),
      as: Caller(principal: "service:customer", scopes: []), timeout: Self.timeout)
    do {
      return try JSONDecoder().decode(ErasureReport.self, from: Data(reply.body))
    } catch {
      throw Problem(.internal, "The report of \(part.service.rawValue) cannot be read.")
    }
  }
}
