import Contracts
import FoundationEssentials
import Messaging
import Postgres
import Service
import Testing

@testable import MailoutScheduler
@testable import Messaging
@testable import Stats

/// Receipts, texts, timelines and the public's news on the real database.
struct ReceiptStoreTests {
  private struct Office {
    let pool: PostgresPool
    let messages: MessageStore
    let handlers: OperationHandlers

    /// - Parameter patience: how long it waits for a message of which nothing has been heard.
    init(_ pool: PostgresPool, patience: Duration = .seconds(1)) {
      self.pool = pool
      messages = MessageStore(
        pool: pool, shard: 0, settled: SettledTeller(outbox: Outbox(table: "stats.event", service: .stats)))
      var handlers = OperationHandlers()
      let (store, log) = (StatsStore(pool: pool), Log(service: "stats", instance: "test", level: .error))
      ReceiptHandlers(
        pool: pool, store: ReceiptStore(), messages: messages, idempotency: IdempotencyStore(schema: "stats"), log: log
      ).register(in: &handlers)
      TimelineHandlers(store: TimelineStore(pool: pool, messages: store), stats: store).register(in: &handlers)
      StatsHandlers(store: store, lists: MessageListStore(pool: pool), patience: patience).register(in: &handlers)
      self.handlers = handlers
    }

    func call(_ operation: Contracts.Operation, _ data: JSON, key: String? = nil) async throws -> JSON {
      try JSON.parse(try await reply(operation, data, key: key).body)
    }

    func reply(_ operation: Contracts.Operation, _ data: JSON, key: String? = nil) async throws -> OperationReply {
      let request = OperationRequest(
        operation: operation, principal: "service:provider", scopes: [], idempotencyKey: key, data: data)
      return try await #require(handlers.find(operation.type)).handle(request)
    }

    func told() async throws -> [SettledMessages.Message] {
      try await pool.query("select body from stats.event order by id").flatMap {
        let body = try $0[0, as: [UInt8].self]
        let frame = try EnvelopeFrame.read(body)
        return try JSONDecoder().decode(SettledMessages.self, from: Data(body[frame.data])).messages
      }
    }
  }

  private static func outcome(_ id: Int64, _ status: MessageStatus, provider: String? = nil) -> MessageFact {
    var fact = MessageFact(
      Outcome(
        messageID: id, mailoutID: 1, customerID: 5, status: status, attempts: 1, providerMessageID: provider,
        at: 2_000_000 + id, latency: 3))
    fact.queuedAt = 1_000_000 + id
    return fact
  }

  private func with(_ body: @Sendable (Office) async throws -> Void) async throws {
    try await ScratchDatabase.with(StatsMain.database) { try await body(Office($0)) }
  }

  @Test func receiptsMoveRowsAndCountersAndAreTold() async throws {
    try await with { office in
      try await office.messages.write(new: [
        Self.outcome(1, .sent), Self.outcome(2, .sent, provider: "p-2"), Self.outcome(3, .expired),
      ])
      let receipts: JSON = [
        "receipts": [["message_id": 1], ["provider_message_id": "p-2"], ["provider_message_id": "p-9"]]
      ]
      let report = try await office.call(.recordReceipts, receipts, key: "k")
      #expect(report["delivered"] == 2 && report["unchanged"] == 0)
      #expect(report["errors"]?[0]?["pointer"] == "/receipts/2")
      #expect(try await office.call(.recordReceipts, receipts, key: "k") == report)
      #expect(try await office.call(.recordReceipts, ["receipts": [["message_id": 1]]])["unchanged"] == 1)
      #expect(
        try await office.call(.messageStats, [:]) == [
          ["status": "delivered", "count": 2], ["status": "expired", "count": 1],
        ])
      #expect(try await office.call(.messageStats, ["status": "expired"]) == [["status": "expired", "count": 1]])
      // News of the same round come too late.
      try await office.messages.write(others: [Self.outcome(1, .sent)])
      #expect(try await office.call(.readMessage, ["id": 1])["status"] == "delivered")
      let told = try await office.told()
      #expect(told.map(\.id) == [1, 2, 3, 1, 2])
      #expect(told.map(\.status) == [.sent, .sent, .expired, .delivered, .delivered])
    }
  }

  @Test func aMessagesTimelineIsEverythingInOrder() async throws {
    try await with { office in
      try await office.messages.write(new: [Self.outcome(1, .sent)])
      _ = try await office.call(.recordReceipts, ["receipts": [["message_id": 1]]])
      let items = try #require(try await office.call(.messageTimeline, ["id": 1])["items"])
      let types = (0..<4).map { items[$0]?["type"] }
      #expect(types == ["message.queued", "message.attempt", "message.delivered", nil])
      #expect(items[2]?["by"] == "service:provider")
      let first = try await office.call(.messageTimeline, ["id": 1, "limit": 1])
      let next = try #require(first["next"])
      #expect(try await office.call(.messageTimeline, ["id": 1, "limit": 1, "after": next])["items"]?[0] == items[1])
      await #expect(throws: Problem.self) { try await office.call(.messageTimeline, ["id": 9]) }
    }
  }

  @Test func aCustomersTimelineHasTheirMessagesBetweenTheirChanges() async throws {
    try await with { office in
      let at = { Date(timeIntervalSince1970: $0) }
      let happenings = [(0.5, "customer.created.v1"), (5, "customer.updated.v1")].enumerated().map { index, what in
        Happening(
          eventID: "e\(index)", subject: .customer, subjectID: 5, at: at(what.0), type: what.1,
          principal: "operator:anna", data: ["id": 5])
      }
      for _ in 0..<2 { try await office.pool.withTransaction { try await HappeningStore.insert(happenings, on: $0) } }
      try await office.messages.write(new: [Self.outcome(1, .sent), Self.outcome(2, .rejected)])
      let items = try #require(try await office.call(.customerTimeline, ["id": 5])["items"])
      let types = (0..<5).map { items[$0]?["type"] }
      #expect(types == ["customer.created", "message.sent", "message.rejected", "customer.updated", nil])
      await #expect(throws: Problem.self) { try await office.call(.customerTimeline, ["id": 6]) }
    }
  }

  /// One event tells of many: each of them sees it in their own timeline, once however often it is read.
  @Test func anImportIsInTheTimelineOfEachOfItsCustomers() async throws {
    try await with { office in
      let at = { Date(timeIntervalSince1970: $0) }
      var made = Happening(
        eventID: "e1", subject: .import, subjectID: 0, at: at(1), type: "customer.imported.v1",
        principal: "operator:anna", data: .null)
      made.imported = [.init(customerID: 5, isNew: true), .init(customerID: 6, isNew: true)]
      let renamed = Happening(
        eventID: "e2", subject: .customer, subjectID: 5, at: at(2), type: "customer.updated.v1", principal: nil,
        data: ["id": 5])
      var changed = made
      (changed.eventID, changed.at) = ("e3", at(3))
      changed.imported = [.init(customerID: 5, isNew: false)]
      let told = [made, renamed, changed]
      for _ in 0..<2 { try await office.pool.withTransaction { try await HappeningStore.insert(told, on: $0) } }
      let items = try #require(try await office.call(.customerTimeline, ["id": 5])["items"])
      let types = (0..<4).map { items[$0]?["type"] }
      #expect(types == ["customer.created", "customer.updated", "customer.updated", nil])
      #expect(items[0]?["by"] == "operator:anna" && items[0]?["data"] == ["id": 5, "by_import": true])
      let first = try await office.call(.customerTimeline, ["id": 5, "limit": 1])
      let next = try #require(first["next"])
      #expect(try await office.call(.customerTimeline, ["id": 5, "limit": 1, "after": next])["items"]?[0] == items[1])
      #expect(try await office.call(.customerTimeline, ["id": 6])["items"]?[1] == nil)
    }
  }

  @Test func theLatestTextStands() async throws {
    try await with { office in
      let order = Outcome(messageID: 4, mailoutID: NoMailout.id, customerID: 5, status: .queued, at: 1)
      for revision in [1, 3, 2] as [Int64] {
        let text = OwnText(text: "text \(revision)", endAt: 9_000_000, revision: revision, by: "operator:anna")
        try await office.messages.write(others: [MessageFact(order)], texts: [(4, text)])
      }
      let message = try await office.call(.readMessage, ["id": 4])
      #expect(message["text"] == "text 3" && message["mailout_id"] == .null && message["status"] == "queued")
      let list = try await office.call(.listMessages, ["filter": ["mailout_id": "0"]])
      #expect(list["items"]?[0]?["text"] == "text 3")
      #expect(try await office.told().isEmpty)
    }
  }

  /// By its version a message is changed only as it was seen, and is read again only where there is something new.
  @Test func aMessageTellsItsVersion() async throws {
    try await with { office in
      func version(_ id: JSON) async throws -> String {
        try #require(try await office.reply(.readMessage, ["id": id]).etag)
      }
      let order = Outcome(messageID: 4, mailoutID: NoMailout.id, customerID: 5, status: .queued, at: 1)
      let text = OwnText(text: "Hello", endAt: 9_000_000, revision: 3, by: "operator:anna")
      try await office.messages.write(others: [MessageFact(order)], texts: [(4, text)])
      let seen = try await version(4)
      #expect(try await version(4) == seen)
      let change: JSON = ["id": 4, "if_match": .string(seen)]
      try MessageVersion.check(change, revision: 3)
      #expect(throws: Problem.self) { try MessageVersion.check(change, revision: 4) }
      var sent = Self.outcome(4, .sent)
      sent.mailoutID = NoMailout.id
      try await office.messages.write(others: [sent])
      #expect(try await version(4) != seen, "what is shown has changed")
      try MessageVersion.check(["id": 4, "if_match": .string(try await version(4))], revision: 3)
      try await office.messages.write(new: [Self.outcome(1, .sent)])
      try MessageVersion.check(["id": 1, "if_match": .string(try await version(1))], revision: 0)
    }
  }

  /// What became of a message may be heard of before its order: nobody is shown one without text and end.
  @Test func aSingleMessageIsKnownFromItsOrderOn() async throws {
    try await with { office in
      var sent = Self.outcome(4, .sent)
      sent.mailoutID = NoMailout.id
      try await office.messages.write(new: [sent, Self.outcome(5, .sent)])
      let early = await #expect(throws: Problem.self) { try await office.call(.readMessage, ["id": 4]) }
      #expect(early?.code == .unavailable)
      func list() async throws -> [JSON?] {
        let items = try await office.call(.listMessages, [:])["items"]
        return [items?[0]?["id"], items?[1]?["id"]]
      }
      #expect(try await list() == [5, nil])
      #expect(try await office.call(.customerTimeline, ["id": 5])["items"]?[1] == nil)
      await #expect(throws: Problem.self) { try await office.call(.messageTimeline, ["id": 4]) }

      // Whoever asks meanwhile waits for it.
      let order = Outcome(messageID: 4, mailoutID: NoMailout.id, customerID: 5, status: .queued, at: 1)
      let text = OwnText(text: "Hello", endAt: 9_000_000, revision: 1, by: "operator:anna")
      let patient = Office(office.pool, patience: .seconds(600))
      async let read = patient.call(.readMessage, ["id": 4])
      try await office.messages.write(others: [MessageFact(order)], texts: [(4, text)])
      let message = try await read
      #expect(message["text"] == "Hello" && message["status"] == "sent" && message["mailout_id"] == .null)
      #expect(try await list() == [5, 4])

      // The text goes with the customer, the message stays.
      try await office.pool.withTransaction { try await MessageTextStore.forget(customers: [5], on: $0) }
      try await office.messages.write(others: [MessageFact(order)], texts: [(4, text)])
      let forgotten = try await office.call(.readMessage, ["id": 4])
      #expect(forgotten["text"] == .null && forgotten["status"] == "sent")
    }
  }
}

extension JSON {
  fileprivate subscript(_ index: Int) -> JSON? {
    guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
    return elements[index]
  }
}
