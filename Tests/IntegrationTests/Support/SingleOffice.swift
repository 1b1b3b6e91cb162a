import Contracts
import FoundationEssentials
import Messaging
import Postgres

@testable import MailoutScheduler

/// A scheduler's desk for messages of no mailout, with one customer who may be written to.
struct SingleOffice {
  let desk: SchedulerDesk
  let services: FakeServices

  func order(_ text: String = "Hello", key: String? = nil) async throws -> Int64 {
    let reply = try await desk.call(.createMessage, ["customer_id": 5, "text": .string(text)], key: key)
    guard case .integer(let id)? = reply["id"] else { throw Problem(.internal, "no id") }
    return id
  }

  func due() async throws -> [Single] { try await desk.singles.due(lane: nil, now: .now, limit: 100) }

  func issue(_ singles: [Single], batch: Int64 = 1) async throws -> Bool {
    let messages = singles.map {
      BatchMessage(id: $0.messageID, customerID: 5, phone: "7", text: $0.text, hop: $0.hop + 1)
    }
    let body = Batch(
      id: batch, mailoutID: NoMailout.id, provider: "second", issuedAt: 0, deadline: 0, messages: messages)
    let issued = IssuedBatch(
      id: batch, provider: "second", body: body.envelope, count: singles.count,
      deadline: .now.addingTimeInterval(-120))
    return try await desk.singles.issue(singles, over: [], batches: [issued]) { _ in }
  }

  func settle(_ waiting: [WaitingMessage], batch: Int64 = 1) async throws {
    _ = try await desk.batches.settle([
      BatchSettled(batchID: batch, mailoutID: NoMailout.id, provider: "second", count: 2, waiting: waiting)
    ])
  }

  func refusal(_ operation: Contracts.Operation, _ data: JSON) async -> Problem? {
    do {
      try await desk.call(operation, data)
      return nil
    } catch {
      return error as? Problem
    }
  }

  /// On a database of its own.
  static func with(_ body: @Sendable (SingleOffice) async throws -> Void) async throws {
    let services = FakeServices([AudienceMember(id: 5, phone: "79161234567")])
    try await ScratchDatabase.with(SchedulerMain.database) {
      try await body(SingleOffice(desk: SchedulerDesk($0, operations: services), services: services))
    }
  }
}
