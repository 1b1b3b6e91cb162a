import Contracts
import Foundation
import Testing

extension EndToEndTests {
  /// An opt-out or a deletion is obeyed by messages that wait, or are already on their way.
  struct OptOutTests {
    private func customers(_ count: Int, from phone: Int64, _ api: API) async throws -> (tag: String, ids: [Int64]) {
      let tag = "consent-\(UInt32.random(in: 0 ... .max))"
      var csv = "phone,tags\n"
      for number in 0..<count { csv += "\(phone + Int64(number)),\(tag)\n" }
      try #require(try await api.importCSV(csv)["rejected"] == 0)
      let page = try await api.get("/api/customers?tag=\(tag)&limit=1000").json
      let ids = page["items"]?.elements.compactMap { $0["id"]?.number } ?? []
      try #require(ids.count == count)
      return (tag, ids)
    }

    private func mailout(_ tag: String, _ api: API, _ more: [String: JSON] = [:]) async throws -> Int64 {
      var body = more
      body["text"] = "Consent"
      body["filter"] = ["tags": [.string(tag)]]
      body["end_at"] = .string(Timestamp.format(.now.addingTimeInterval(7200)))
      return try await api.createMailout(.object(body))
    }

    private func optOut(_ id: Int64, _ api: API) async throws {
      let answer = try await api.send(.patch, "/api/customers/\(id)", body: Array(#"{"opted_out":true}"#.utf8))
      try #require(answer.status == 200)
      #expect(try answer.json["opted_out"] == true)
    }

    private func message(to customer: Int64, of mailout: Int64, _ api: API) async throws -> JSON {
      let page = try await api.get("/api/messages?mailout_id=\(mailout)&customer_id=\(customer)").json
      return try #require(page["items"]?.elements.first)
    }

    @Test func whoOptsOutWhileAMailoutIsPausedIsNotCalledAgain() async throws {
      let (api, fake) = (try await API.admin(), try await Fake.shared())
      try await fake.reset()
      // Everybody is tried, nobody reached, and no attempt used up.
      try await fake.behave(["share": ["http_429": 1], "retry_after_s": 1])
      let (tag, ids) = try await customers(10, from: 79_610_000_000, api)
      let id = try await mailout(tag, api)
      _ = try await eventually("all are tried") {
        try await fake.stats()["unique"]?.number ?? 0 >= 10 ? true : nil
      }
      try #require(try await api.send(.post, "/api/mailouts/\(id)/pause").status == 200)
      _ = try await eventually("everybody waits") {
        let counts = try await api.stats(id)["counts"]
        return counts?["queued"] == nil && (counts?["deferred"]?.number ?? 0) + (counts?["retrying"]?.number ?? 0) == 10
          ? true : nil
      }
      for customer in ids.prefix(3) { try await optOut(customer, api) }
      try #require(try await api.send(.delete, "/api/customers/\(ids[3])").status == 204)
      let audience = try await api.get("/api/mailouts/\(id)/audience").json
      #expect(audience["count"] == 6)
      #expect(audience["opted_out"] == 3)

      try await fake.reset()
      try #require(try await api.send(.post, "/api/mailouts/\(id)/resume").status == 200)
      let stats = try await api.finished(id)
      #expect(stats["counts"] == ["sent": 6, "cancelled": 4])
      let called = Set(try await fake.calls().map { $0.phone - 79_610_000_000 })
      #expect(called == Set(4...9))
      for (index, customer) in ids.prefix(4).enumerated() {
        let message = try await message(to: customer, of: id, api)
        #expect(message["status"] == "cancelled")
        #expect(message["error"]?.text == (index < 3 ? "opted_out" : "customer_gone"), "\(message)")
      }
    }

    /// They are in a batch at a sender by then, or in a page that the scheduler has read already.
    @Test func whoOptsOutWhileTheirMessageIsQueuedIsNotCalled() async throws {
      let (stack, api) = (try await Stack.shared(), try await API.admin())
      // The first call is not answered until all is known: behind it nobody is called.
      try await TestProvider.with(2, ["concurrency": 1]) { provider in
        try await provider.fake.behave(["hold": true])
        let (tag, ids) = try await customers(30, from: 79_620_000_000, api)
        let id = try await mailout(tag, api, ["rate_limit": 5, "provider": .string(provider.name)])
        // Two seconds of work are out at any time: one batch, and so at one sender.
        try await provider.fake.calls(atLeast: 1)
        for customer in ids[1...25].reversed() { try await optOut(customer, api) }
        let stats = try await eventually("who is queued there is taken out") {
          let stats = try await api.stats(id)
          return stats.count("cancelled") >= 9 ? stats : JSON?.none
        }
        #expect(stats.count("sent") == 0)
        // It has heard of the last of them: so has the other one, as soon as it has read what it was told.
        _ = try await eventually("every sender has read all news") {
          let unread = try await Self.unread(stack)
          return unread.count == Stack.senders.count && unread.allSatisfy { $0 == "0" } ? true : nil
        }
        try await provider.fake.behave([:])
        #expect(try await api.finished(id).count("sent") == 5)
        let called = Set(try await provider.fake.calls().map { $0.phone - 79_620_000_000 })
        #expect(called == [0, 26, 27, 28, 29])
      }
    }

    /// How much of the news each sender that runs has not read yet.
    private static func unread(_ stack: Stack) async throws -> [Substring] {
      let lines = try await stack.rabbitmqctl("list_queues", "name", "consumers", "messages").split(separator: "\n")
      return lines.compactMap { line -> Substring? in
        let row = line.split(separator: "\t")
        // That of a sender that has gone stays for a minute.
        return row.count == 3 && row[0].hasPrefix("sender.control.") && row[1] != "0" ? row[2] : nil
      }
    }
  }
}
