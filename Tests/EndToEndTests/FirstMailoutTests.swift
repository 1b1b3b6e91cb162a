import Contracts
import Foundation
import Testing

extension EndToEndTests {
  /// One REST call, and every customer it means gets one call: theirs.
  struct FirstMailoutTests {
    /// So many customers, three in five of whom match.
    private static let customers = Int(ProcessInfo.processInfo.environment["MAILOUT_TEST_CUSTOMERS"] ?? "") ?? 50_000

    @Test func everyCustomerOfTheAudienceGetsOneCallWithTheirOwnText() async throws {
      let (api, fake) = (try await API.admin(), try await Fake.shared())
      try await fake.reset()
      let before = try await api.get("/api/stats").json["messages"]?["sent"]?.number ?? 0
      let tag = "first-\(UInt32.random(in: 0 ... .max))"
      var expected: [Int64: String] = [:]
      var csv = "phone,first_name,tags\n"
      for number in 0..<Self.customers {
        let phone = 79_300_000_000 + Int64(number)
        let matches = number % 5 < 3
        csv += "\(phone),Name\(number),\(matches ? "\(tag);x" : "other")\n"
        if matches { expected[phone] = "Hello Name\(number)!" }
      }
      let summary = try await api.importCSV(csv)
      #expect(summary["rejected"] == 0)
      #expect((summary["created"]?.number ?? 0) + (summary["updated"]?.number ?? 0) == Int64(Self.customers))

      let id = try await api.createMailout([
        "name": "first", "text": "Hello {{first_name}}!", "filter": ["tags": [.string(tag)]],
        "end_at": .string(Timestamp.format(.now.addingTimeInterval(3600))),
      ])
      let stats = try await api.finished(id)
      let count = Int64(expected.count)
      #expect(stats["counts"] == ["sent": .integer(count)])
      #expect(stats["audience"] == .integer(count))
      #expect(stats["not_reached"] == 0)
      #expect(try await api.get("/api/stats").json["messages"]?["sent"]?.number == before + count)

      let calls = try await fake.calls()
      #expect(calls.count == expected.count)
      #expect(calls.allSatisfy { $0.count == 1 })
      #expect(Set(calls.map(\.phone)) == Set(expected.keys))
      #expect(try await fake.stats()["duplicates"]?.number == 0)
      // The provider's msgId is the message's id, and the text is the customer's own.
      for call in calls.shuffled().prefix(50) {
        #expect(try await fake.call(call.id)["text"]?.text == expected[call.phone])
        let message = try await api.get("/api/messages/\(call.id)").json
        #expect(message["status"] == "sent")
        #expect(message["mailout_id"] == .integer(id))
      }
    }

    @Test func aStartInTheFutureFiresByItselfAndNotBefore() async throws {
      let (api, fake) = (try await API.admin(), try await Fake.shared())
      try await fake.reset()
      let tag = "future-\(UInt32.random(in: 0 ... .max))"
      _ = try await api.importCSV("phone,tags\n79310000001,\(tag)\n79310000002,\(tag)\n")
      let id = try await api.mailout(
        to: tag, until: .now + 7200, ["start_at": .string(Timestamp.format(.now + 3600))])
      #expect(try await api.get("/api/mailouts/\(id)").json["status"] == "scheduled")
      let start = Date.now + 2
      try await api.change(id, ["start_at": .string(Timestamp.format(start))])
      let stats = try await api.finished(id)
      #expect(stats["counts"] == ["sent": 2])
      let first = try Timestamp.parse(try #require(try await fake.stats()["first_arrival"]?.text))
      #expect(first >= start.addingTimeInterval(-0.001))
    }

    @Test func anEndStopsEverything() async throws {
      let (api, fake) = (try await API.admin(), try await Fake.shared())
      try await fake.reset()
      try await fake.behave(["latency_ms": 1000])
      let tag = "end-\(UInt32.random(in: 0 ... .max))"
      let lines = (0..<3000).map { "7932000\(String(10_000 + $0).suffix(4)),\(tag)" }
      _ = try await api.importCSV("phone,tags\n" + lines.joined(separator: "\n") + "\n")
      let id = try await api.mailout(to: tag)
      // Some have been answered.
      try await fake.calls(atLeast: 200)
      let end = try await api.end(id, in: 5)
      let stats = try await api.finished(id)
      let departures = try await Departures.of([id])
      let last = try #require(departures.last)
      #expect(last.at < Timestamp.microseconds(end))
      // There was no call of which nobody knows when it was made.
      let came = Set(try await fake.calls().map(\.id))
      #expect(came.isSubset(of: departures.map(\.id)))
      let counts = stats["counts"] ?? .null
      let ended = ["sent", "expired", "failed"].reduce(Int64(0)) { $0 + (counts[$1]?.number ?? 0) }
      #expect(counts["sent"]?.number ?? 0 > 0)
      #expect(ended + (stats["not_reached"]?.number ?? 0) == 3000)
      #expect(counts["queued"] == nil && counts["retrying"] == nil)
      try await fake.reset()
    }
  }
}
