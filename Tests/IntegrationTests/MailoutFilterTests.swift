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

  @Test func mailoutsAreListedByWhatTheirFiltersName() async throws {
    try await with { desk in
      let filters: [[String: JSON]] = [
        ["tags": ["vip"]], ["tags": ["new", "vip"], "phone_codes": ["916"]], ["phone_codes": ["916", "49-1511"]], [:],
      ]
      var ids: [Int64] = []
      for filter in filters {
        let id = try await desk.create(start: .now.addingTimeInterval(100))
        try await desk.call(.updateMailout, ["id": .integer(id), "changes": ["filter": .object(filter)]])
        ids.append(id)
      }
      let wanted: [(filter: JSON, found: [Int])] = [
        ([:], [3, 2, 1, 0]), (["tag": ["vip"]], [1, 0]), (["tag": "new"], [1]), (["tag": ["new", "nobody's"]], [1]),
        (["phone_code": ["916"]], [2, 1]), (["phone_code": ["49-1511", "495"]], [2]),
        (["tag": ["vip"], "phone_code": ["916"]], [1]), (["tag": ["vip"], "status": ["running"]], []),
      ]
      for (filter, found) in wanted {
        for sort in ["-id", "id"] {
          let expected = found.map { JSON.integer(ids[$0]) }
          var (data, seen) = (["filter": filter, "sort": .string(sort), "limit": 1] as [String: JSON], [JSON]())
          repeat {
            let page = try await desk.call(.listMailouts, .object(data))
            if case .array(let items)? = page["items"] { seen += items.compactMap { $0["id"] } }
            data["after"] = page["next"]
          } while data["after"] != .null
          #expect(seen == (sort == "id" ? expected.reversed() : expected), "\(filter)")
        }
      }
      let wrong: [(JSON, String)] = [
        (["tag": [5]], "/filter/tag/0"), (["phone_code": ["9x"]], "/filter/phone_code"),
        (["colour": "red"], "/filter/colour"),
      ]
      for (filter, pointer) in wrong {
        let problem = await #expect(throws: Problem.self) { try await desk.call(.listMailouts, ["filter": filter]) }
        #expect(problem?.errors.map(\.pointer) == [pointer])
      }
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
      #expect(try await desk.life.due(now: .now).due == [])
      try await desk.call(.startMailout, ["id": .integer(id)])
      #expect(try await desk.life.due(now: .now).due.map(\.id) == [id])
    }
  }
}
