import Contracts
import FoundationEssentials
import Messaging
import Testing

@testable import MailoutScheduler

/// A scheduled mailout's tags, phone codes and start, one at a time.
struct MailoutFilterTests {
  private func with(_ body: @Sendable (SchedulerDesk) async throws -> Void) async throws {
    try await ScratchDatabase.with(SchedulerMain.database) {
      try await body(SchedulerDesk($0, operations: FakeServices()))
    }
  }

  @Test func tagsAndPhoneCodesComeAndGo() async throws {
    try await with { desk in
      let id = JSON.integer(try await desk.create(start: .now.addingTimeInterval(100)))
      try await desk.call(.addMailoutTag, ["id": id, "body": ["tag": "vip"]])
      let both = try await desk.call(.addMailoutPhoneCode, ["id": id, "body": ["phone_code": "916"]])
      #expect(both["filter"]?["tags"] == ["vip"])
      #expect(both["filter"]?["phone_codes"] == ["916"])
      let events = try await desk.number("select count(*) from mailout.event where type = 'mailout.updated.v1'")
      // What is there already is no change.
      try await desk.call(.addMailoutTag, ["id": id, "body": ["tag": "vip"]])
      #expect(try await desk.number("select count(*) from mailout.event where type = 'mailout.updated.v1'") == events)
      let without = try await desk.call(.removeMailoutTag, ["id": id, "tag_id": 3])
      #expect(without["filter"]?["tags"] == [])
      #expect(without["filter"]?["phone_codes"] == ["916"])
      let missing = await #expect(throws: Problem.self) {
        try await desk.call(.removeMailoutTag, ["id": id, "tag_id": 3])
      }
      #expect(missing?.code == .notFound)
    }
  }

  @Test func aMailoutThatHasStartedKeepsItsAudience() async throws {
    try await with { desk in
      let (mailout, _) = try await desk.started()
      let id = JSON.integer(mailout.id)
      let refused: [(Contracts.Operation, JSON)] = [
        (.addMailoutTag, ["id": id, "body": ["tag": "vip"]]), (.removeMailoutTag, ["id": id, "tag_id": 3]),
        (.startMailout, ["id": id]),
      ]
      for (operation, data) in refused {
        let problem = await #expect(throws: Problem.self) { try await desk.call(operation, data) }
        #expect(problem?.code == .conflict && problem?.detail.contains("scheduled") == true, "\(operation.type)")
      }
      #expect(try await desk.find(mailout.id) == mailout)
    }
  }

  @Test func aScheduledMailoutCanStartNow() async throws {
    try await with { desk in
      let id = try await desk.create(start: .now.addingTimeInterval(100))
      #expect(try await desk.life.due(now: .now) == [])
      try await desk.call(.startMailout, ["id": .integer(id)])
      #expect(try await desk.life.due(now: .now).map(\.id) == [id])
    }
  }
}
