import Contracts
import Foundation
import Testing

extension EndToEndTests {
  /// What an operator may do to a mailout that runs, and the customers' local hours.
  struct SchedulingTests {
    private static let second = 1.0

    /// So many customers of a tag of their own, with these zones in turn.
    private func customers(
      _ count: Int, from phone: Int64, zones: [String] = [], _ api: API
    ) async throws -> String {
      let tag = "engine-\(UInt32.random(in: 0 ... .max))"
      var csv = "phone,tags,timezone\n"
      for number in 0..<count {
        csv += "\(phone + Int64(number)),\(tag),\(zones.isEmpty ? "" : zones[number % zones.count])\n"
      }
      let summary = try await api.importCSV(csv)
      try #require(summary["rejected"] == 0, "\(summary)")
      return tag
    }

    private func mailout(
      _ tag: String, _ api: API, for seconds: TimeInterval = 7200, _ more: [String: JSON] = [:]
    ) async throws -> Int64 {
      var body = more
      body["text"] = "Engine"
      body["filter"] = ["tags": [.string(tag)]]
      body["end_at"] = .string(Timestamp.format(.now.addingTimeInterval(seconds)))
      return try await api.createMailout(.object(body))
    }

    private func order(_ api: API, _ id: Int64, _ what: String) async throws -> JSON {
      let answer = try await api.send(.post, "/api/mailouts/\(id)/\(what)")
      try #require(answer.status == 200, "\(String(decoding: answer.body, as: UTF8.self))")
      return try answer.json
    }

    /// The last call that was made for a mailout; microseconds since 1970.
    private func lastDeparture(_ id: Int64) async throws -> Int64 {
      try #require(try await Departures.of([id]).last).at
    }

    /// Until the last batch is settled: then nothing can be called any more.
    private func drained(_ api: API, _ id: Int64) async throws -> JSON {
      try await eventually("mailout \(id) is drained") {
        let mailout = try await api.get("/api/mailouts/\(id)").json
        guard mailout["finished_at"]?.text != nil else { return nil }
        return mailout
      }
    }

    @Test func aPauseHoldsWithinASecondAndAResumptionLosesNobody() async throws {
      let (stack, api, fake) = (try await Stack.shared(), try await API.admin(), try await Fake.shared())
      try await fake.reset()
      try await fake.behave(["latency_ms": 500])
      let tag = try await customers(20_000, from: 79_500_000_000, api)
      let id = try await mailout(tag, api)
      try await fake.calls(atLeast: 500)
      try await stack.everySenderCalls()
      let lateness = Lateness()
      #expect(try await order(api, id, "pause")["status"] == "paused")
      let paused = Date.now
      // Everything that was issued comes back to wait.
      _ = try await eventually("every message is final or waits") {
        let stats = try await api.stats(id)
        let waiting = stats.count("deferred") + stats.count("retrying")
        return waiting > 0 && waiting + stats.count("sent") == stats["issued"]?.number ? true : nil
      }
      let last = try await lastDeparture(id)
      #expect(last < Timestamp.microseconds(paused + Self.second + lateness.ofSeveral))
      let sent = try await fake.stats()["unique"]?.number ?? 0
      #expect(sent < 20_000)
      #expect(try await api.send(.delete, "/api/mailouts/\(id)").status == 409)
      #expect(try await order(api, id, "resume")["status"] == "running")
      try await stack.everySenderCalls()
      try await fake.behave([:])
      let stats = try await api.finished(id)
      #expect(stats["counts"] == ["sent": 20_000])
      #expect(try await fake.stats()["duplicates"]?.number == 0)
    }

    @Test func aCancellationHoldsWithinASecondAndEverybodyIsCounted() async throws {
      let (stack, api, fake) = (try await Stack.shared(), try await API.admin(), try await Fake.shared())
      try await fake.reset()
      try await fake.behave(["latency_ms": 500])
      let tag = try await customers(20_000, from: 79_510_000_000, api)
      let id = try await mailout(tag, api)
      try await fake.calls(atLeast: 500)
      try await stack.everySenderCalls()
      let lateness = Lateness()
      _ = try await order(api, id, "cancel")
      let cancelled = Date.now
      let mailout = try await drained(api, id)
      #expect(mailout["status"] == "cancelled")
      let stats = try await eventually("every count is final") { () -> JSON? in
        let stats = try await api.stats(id)
        let counts = ["sent", "cancelled"].map { stats["counts"]?[$0]?.number ?? 0 }
        guard counts.reduce(0, +) == stats["issued"]?.number else { return nil }
        return stats
      }
      let last = try await lastDeparture(id)
      #expect(last < Timestamp.microseconds(cancelled + Self.second + lateness.ofSeveral))
      #expect(stats["counts"]?["sent"]?.number == (try await fake.stats()["unique"]?.number))
      #expect((stats["issued"]?.number ?? 0) + (stats["not_reached"]?.number ?? 0) == 20_000)
      #expect(try await api.send(.delete, "/api/mailouts/\(id)").status == 204)
      try await fake.reset()
    }

    @Test func aNewEndHoldsForMessagesThatAreOutAlready() async throws {
      let (api, fake) = (try await API.admin(), try await Fake.shared())
      try await fake.reset()
      try await fake.behave(["latency_ms": 1000])
      let tag = try await customers(20_000, from: 79_520_000_000, api)
      let id = try await mailout(tag, api)
      try await fake.calls(atLeast: 200)
      let end = try await api.end(id, in: 5)
      let refused = try await api.send(.patch, "/api/mailouts/\(id)", body: Array(#"{"text":"other"}"#.utf8))
      #expect(refused.status == 409)
      let stats = try await api.finished(id)
      let last = try await lastDeparture(id)
      #expect(last < Timestamp.microseconds(end))
      let counts = ["sent", "expired", "failed"].map { stats["counts"]?[$0]?.number ?? 0 }
      #expect(counts[1] > 0)
      #expect(counts.reduce(0, +) + (stats["not_reached"]?.number ?? 0) == 20_000)
      try await fake.reset()
    }

    /// The window opens with the next full minute in one zone, is open in another, and closed in a third.
    @Test func everyoneIsWrittenToWithinTheirOwnHours() async throws {
      let (api, fake) = (try await API.admin(), try await Fake.shared())
      try await fake.reset()
      let now = Date.now.timeIntervalSince1970
      let opening = Date(timeIntervalSince1970: ((now + 3) / 60).rounded(.up) * 60)
      let minute = Int(opening.timeIntervalSince1970) / 60 % 1440
      func time(_ minute: Int) -> JSON {
        let text = [minute / 60 % 24, minute % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
        return .string(text.joined(separator: ":"))
      }
      // Etc/GMT-1 is an hour east: there it has been open for an hour. In Etc/GMT+6 it is six hours off.
      let tag = try await customers(90, from: 79_530_000_000, zones: ["UTC", "Etc/GMT-1", "Etc/GMT+6"], api)
      let id = try await mailout(
        tag, api, for: 3600, ["local_window": ["from": time(minute), "to": time(minute + 180)]])
      try await fake.calls(atLeast: 30)
      let early = try await fake.calls()
      #expect(early.allSatisfy { $0.phone % 3 == 79_530_000_001 % 3 } || .now >= opening)
      // The minute may have just begun.
      try await fake.calls(atLeast: 60)
      #expect(try await fake.lastArrival() >= opening)
      // The others' hours do not come before the end, which need not be waited for.
      _ = try await api.end(id, in: 1)
      let stats = try await api.finished(id)
      #expect(stats["counts"] == ["sent": 60])
      #expect(stats["not_reached"] == 30)
      let phones = Set(try await fake.calls().map { $0.phone % 3 })
      // 79_530_000_000 is divisible by three.
      #expect(phones.sorted() == [0, 1])
      #expect(try await fake.stats()["duplicates"]?.number == 0)
    }

    @Test func whatFailedIsSentAgainUnderTheSameIds() async throws {
      let (api, fake) = (try await API.admin(), try await Fake.shared())
      try await fake.reset()
      try await fake.behave(["share": ["wrong_code": 1]])
      let tag = try await customers(50, from: 79_540_000_000, api)
      let id = try await mailout(tag, api)
      #expect(try await api.finished(id)["counts"] == ["rejected": 50])
      let first = Set(try await fake.calls().map(\.id))
      try await fake.behave([:])
      #expect(try await order(api, id, "retry-failed")["status"] == "running")
      let stats = try await eventually("all have been sent") { () -> JSON? in
        let stats = try await api.finished(id)
        guard stats["counts"] == ["sent": 50] else { return nil }
        return stats
      }
      #expect(stats["not_reached"] == 0)
      #expect(Set(try await fake.calls().map(\.id)) == first)
      try await fake.reset()
    }
  }
}
