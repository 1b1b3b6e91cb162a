import Contracts
import FoundationEssentials
import Messaging
import Postgres
import Testing

@testable import MailoutScheduler

/// Messages of no mailout: the order, what may be done while they wait, and the races between.
struct SingleMessageTests {
  private static func waiting(_ id: Int64, isUnknown: Bool = false) -> WaitingMessage {
    WaitingMessage(
      messageID: id, customerID: 5, dueAt: 0, status: .retrying, round: 0, hop: 1, attempts: 1, reason: "http_500",
      isUnknown: isUnknown)
  }

  @Test func anOrderIsARowAndANewsInOneTransactionAndOnceAKey() async throws {
    try await SingleOffice.with { office in
      let id = try await office.order("Hello {{first_name|you}}", key: "k")
      #expect(try await office.order("Hello {{first_name|you}}", key: "k") == id)
      #expect(try await office.due().map(\.messageID) == [id])
      let told = try await office.desk.outcomes()
      #expect(told.map(\.messageID) == [id] && told.first?.status == .queued)
      #expect(told.first?.own?.text == "Hello {{first_name|you}}" && told.first?.own?.by == "operator:test")
      await office.desk.bell.wait(until: .now + .seconds(60))
    }
  }

  @Test func whoCannotBeWrittenToIsRefused() async throws {
    try await SingleOffice.with { office in
      let nobody = await office.refusal(.createMessage, ["customer_id": 6, "text": "x"])
      #expect(nobody?.code == .notFound)
      let unknown = await office.refusal(.createMessage, ["customer_id": 5, "text": "{{no_such_field}}"])
      #expect(unknown?.errors.map(\.pointer) == ["/text"])
      let due = try await office.due()
      #expect(due.isEmpty)
    }
  }

  @Test func aMessageThatWasChangedMeanwhileIsNotIssuedAsItWasRead() async throws {
    try await SingleOffice.with { office in
      let id = try await office.order("old")
      let read = try await office.due()
      let changed = try await office.desk.call(.updateMessage, ["id": .integer(id), "body": ["text": "new"]])
      #expect(changed["text"] == "new" && changed["status"] == "queued")
      #expect(try await office.issue(read) == false)
      #expect(try await office.desk.number("select count(*) from mailout.batch") == 0)
      #expect(try await office.issue(try await office.due()))
      #expect(try await office.desk.outcomes().compactMap(\.own?.revision) == [1, 2])
      let told = try await office.desk.pool.query("select type from mailout.event order by id")
      #expect(try told.map { try $0[0, as: String.self] } == ["message.queued.v1", "message.updated.v1"])
    }
  }

  @Test func aChangeOfAnotherVersionThanThePresentOneIsRefused() async throws {
    try await SingleOffice.with { office in
      let id = try await office.order("old")
      let seen = MessageVersion.tag(revision: 1, shown: [])
      _ = try await office.desk.call(
        .updateMessage, ["id": .integer(id), "if_match": .string(seen), "body": ["text": "new"]])
      let again = await office.refusal(
        .updateMessage, ["id": .integer(id), "if_match": .string(seen), "body": ["text": "newer"]])
      #expect(again?.code == .stale)
      #expect(await office.refusal(.cancelMessage, ["id": .integer(id), "if_match": .string(seen)])?.code == .stale)
      #expect(try await office.due().map(\.text) == ["new"])
    }
  }

  @Test func ofTwoDriversOneIssuesAMessage() async throws {
    try await SingleOffice.with { office in
      _ = try await office.order()
      let read = try await office.due()
      let wins = try await withThrowingTaskGroup(of: Bool.self) { group in
        for number in 1...6 { group.addTask { try await office.issue(read, batch: Int64(number)) } }
        return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(wins == 1)
      #expect(try await office.desk.number("select count(*) from mailout.batch") == 1)
    }
  }

  @Test func whatASenderHasCanNoLongerBeChangedOrCancelled() async throws {
    try await SingleOffice.with { office in
      let id = try await office.order()
      #expect(try await office.issue(try await office.due()))
      office.services.messages.withLock { $0[id] = ["status": "queued", "mailout_id": .null] }
      for (operation, data): (Contracts.Operation, JSON) in [
        (.updateMessage, ["id": .integer(id), "body": ["text": "x"]]), (.cancelMessage, ["id": .integer(id)]),
      ] {
        let refused = await office.refusal(operation, data)
        #expect(refused?.code == .conflict && refused?.detail.contains("being sent") == true)
      }
      try await office.settle([])
      office.services.messages.withLock { $0[id] = ["status": "sent", "mailout_id": .null] }
      let over = await office.refusal(.cancelMessage, ["id": .integer(id)])
      #expect(over?.code == .conflict && over?.detail.contains("sent") == true)
      #expect(await office.refusal(.cancelMessage, ["id": 999])?.code == .notFound)
      #expect(try await office.desk.number("select count(*) from mailout.single") == 0)
    }
  }

  @Test func aMessageThatWaitsAgainCanBeCancelledAndIsToldSo() async throws {
    try await SingleOffice.with { office in
      let id = try await office.order()
      #expect(try await office.issue(try await office.due()))
      try await office.settle([Self.waiting(id)])
      let due = try await office.due()
      #expect(due.map(\.hop) == [1] && due.map(\.attempts) == [1])
      let shown = try await office.desk.call(.cancelMessage, ["id": .integer(id)])
      #expect(shown["status"] == "cancelled" && shown["error"] == "cancelled" && shown["mailout_id"] == .null)
      let last = try #require(try await office.desk.outcomes().last)
      #expect(last.status == .cancelled && last.hop == 1)
      #expect(try await office.due().isEmpty)
    }
  }

  /// Who may have it already, alone may be called again.
  @Test func anUnknownAnswerBindsAMessageToItsProvider() async throws {
    try await SingleOffice.with { office in
      let id = try await office.order()
      #expect(try await office.issue(try await office.due()))
      try await office.settle([Self.waiting(id, isUnknown: true)])
      #expect(try await office.due().isEmpty)
      #expect(try await office.desk.singles.lanes(providers: ["default", "second"]).map(\.provider) == ["second"])
    }
  }

  @Test func aMailoutsMessageThatWaitsCanBeCancelledToo() async throws {
    try await SingleOffice.with { office in
      let (mailout, cohort) = try await office.desk.started()
      #expect(try await office.desk.issue(7, of: mailout, from: cohort, to: 50))
      try await office.desk.settle(7, of: mailout.id, waiting: [Self.waiting(11)])
      office.services.messages.withLock { $0[11] = ["status": "retrying", "mailout_id": .integer(mailout.id)] }
      let text = await office.refusal(.updateMessage, ["id": 11, "body": ["text": "x"]])
      #expect(text?.detail.contains("mailout's") == true)
      let shown = try await office.desk.call(.cancelMessage, ["id": 11])
      #expect(shown["mailout_id"] == .integer(mailout.id))
      #expect(try await office.desk.number("select count(*) from mailout.waiting") == 0)
      #expect(try await office.desk.outcomes().last?.status == .cancelled)
    }
  }

  @Test func whatWaitsAtItsEndIsOverAndABatchNobodySettlesIsFound() async throws {
    try await SingleOffice.with { office in
      let (first, second) = (try await office.order(), try await office.order())
      #expect(try await office.issue(try await office.due().filter { $0.messageID == first }))
      try await office.desk.pool.query("update mailout.single set end_at = now() - interval '1 minute'")
      let gone = try await office.desk.singles.removeOverdue(now: .now, limit: 10) { singles, _ in
        #expect(singles.map(\.messageID) == [second])
        #expect(singles.map { $0.overdue(now: .now).status } == [.expired])
      }
      #expect(gone == 1)
      let minute = Date.now.addingTimeInterval(-60)
      #expect(try await office.desk.batches.unsettled(of: NoMailout.id, endedBefore: minute, limit: 9).count == 1)
      let hour = Date.now.addingTimeInterval(-3600)
      #expect(try await office.desk.batches.unsettled(of: NoMailout.id, endedBefore: hour, limit: 9).isEmpty)
    }
  }

  @Test func aTestOfAMailoutGoesToItsPhoneAndCountsNowhere() async throws {
    try await SingleOffice.with { office in
      let id = try await office.desk.create(start: .now.addingTimeInterval(600), end: .now.addingTimeInterval(900))
      let reply = try await office.desk.call(.testMailout, ["id": .integer(id), "body": ["phone": "+79161234567"]])
      #expect(reply["mailout_id"] == .null && reply["customer_id"] == .null && reply["text"] == "y")
      // Its provider is the mailout's first.
      let due = try await office.desk.singles.due(lane: "default", now: .now, limit: 9)
      #expect(due.map(\.recipient) == [.phone("79161234567")])
      #expect(try await office.desk.find(id).issued == 0)
      #expect(await office.refusal(.testMailout, ["id": 0, "body": ["phone": "79161234567"]])?.code == .notFound)
    }
  }

  /// The row that stands for no mailout is none to anybody outside.
  @Test func noMailoutIsNoMailout() async throws {
    try await SingleOffice.with { office in
      let list = try await office.desk.call(.listMailouts, ["limit": 10])
      #expect(list["items"] == [])
      for operation in [Contracts.Operation.readMailout, .cancelMailout, .pauseMailout, .deleteMailout, .startMailout] {
        #expect(await office.refusal(operation, ["id": 0])?.code == .notFound, "\(operation.type)")
      }
      #expect(try await office.desk.call(.controlSnapshot, [:])["mailouts"] == [])
      #expect(try await office.desk.life.acquire() == [NoMailout.id])
    }
  }
}
