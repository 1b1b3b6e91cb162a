import Contracts
import Foundation
import Testing

extension EndToEndTests {
  /// No call comes at or after a mailout's end, whatever is the matter; and everybody is counted.
  struct HardStopTests {
    /// Messages that wait when the end comes.
    private static let waiting = Int(ProcessInfo.processInfo.environment["MAILOUT_TEST_WAITING"] ?? "") ?? 20_000

    /// The end has come: no call was made at or after it, of every call that came a sender knows when it was made, and
    /// nobody is missing.
    /// - Parameter killed: whether senders were killed, who had not written all their calls down.
    /// - Returns: how many calls are known.
    @discardableResult private func check(
      _ id: Int64, _ stats: JSON, _ fake: Fake, end: Date, of count: Int64, killed: Bool = false
    ) async throws -> Int64 {
      let departures = try await Departures.of([id])
      let last = try #require(departures.last)
      #expect(last.at < Timestamp.microseconds(end))
      let came = Set(try await fake.calls().map(\.id))
      #expect(killed || came.isSubset(of: departures.map(\.id)))
      #expect(stats.everybody == count)
      #expect(stats.count("queued") + stats.count("retrying") + stats.count("deferred") == 0)
      return Int64(departures.count)
    }

    /// Calls that are under way are cut off at the end, and nobody knows what became of them.
    @Test func withAProviderThatHangs() async throws {
      let api = try await API.admin()
      try await TestProvider.with(2) { provider in
        try await provider.fake.behave(["share": ["hang": 1]])
        let tag = try await api.audience(3_000, from: 79_634_000_000)
        let id = try await api.mailout(to: tag, ["provider": .string(provider.name)])
        try await provider.fake.calls(atLeast: 64)
        let end = try await api.end(id, in: 5)
        let stats = try await api.finished(id)
        let calls = try await check(id, stats, provider.fake, end: end, of: 3_000)
        #expect(stats.count("sent") == 0)
        #expect(stats.count("failed") == calls)
        let unknown = stats["errors"]?.elements.first { $0["reason"] == "unknown" }
        #expect(unknown?["count"]?.number == stats.count("failed"))
        #expect(stats.count("expired") > 0)
        #expect(stats["not_reached"]?.number ?? 0 > 0)
      }
    }

    @Test func whileItIsPaused() async throws {
      let api = try await API.admin()
      try await TestProvider.with(2) { provider in
        try await provider.fake.behave(["latency_ms": 1000])
        let tag = try await api.audience(5_000, from: 79_631_000_000)
        let id = try await api.mailout(to: tag, ["provider": .string(provider.name)])
        try await provider.fake.calls(atLeast: 200)
        try await api.order("pause", id)
        _ = try await eventually("nothing is under way") {
          let stats = try await api.stats(id)
          let waiting = stats.count("deferred") + stats.count("retrying")
          return waiting > 0 && waiting + stats.count("sent") == stats["issued"]?.number ? true : nil
        }
        let end = try await api.end(id, in: 3)
        let stats = try await api.finished(id)
        try await check(id, stats, provider.fake, end: end, of: 5_000)
        #expect(try await provider.fake.lastArrival() < end)
        #expect(stats.count("sent") == (try await provider.fake.stats()["unique"]?.number))
        #expect(stats.count("expired") > 0)
        #expect(stats["not_reached"]?.number ?? 0 > 0)
      }
    }

    /// Killed just before the end, the senders get their batches again after it.
    @Test func roundARestartOfSendersAndScheduler() async throws {
      let (stack, api) = (try await Stack.shared(), try await API.admin())
      try await TestProvider.with(2) { provider in
        try await provider.fake.behave(["latency_ms": 1000])
        let tag = try await api.audience(5_000, from: 79_632_000_000)
        let id = try await api.mailout(to: tag, ["provider": .string(provider.name)])
        // Some have been answered, and written down.
        try await provider.fake.calls(atLeast: 300)
        let end = try await api.end(id, in: 5)
        try await stack.kill("sender", "sender-2", "mailout-scheduler") {
          try await Task.sleep(for: .seconds(max(0, end.timeIntervalSinceNow - 0.3)))
        }
        let stats = try await api.finished(id)
        try await check(id, stats, provider.fake, end: end, of: 5_000, killed: true)
        #expect(stats.count("sent") > 0)
        #expect(stats.count("expired") > 0)
      }
    }

    /// All of them at once become due to end.
    @Test func withAFullWaitingSet() async throws {
      let (api, count) = (try await API.admin(), Int64(Self.waiting))
      try await TestProvider.with(2) { provider in
        // Held closed by hand: every message is tried once, and told to come back in an hour.
        try await provider.order(circuit: "closed")
        try await provider.fake.behave(["share": ["http_503": 1], "retry_after_s": 3600])
        let tag = try await api.audience(Self.waiting, from: 79_633_000_000)
        let id = try await api.mailout(to: tag, ["provider": .string(provider.name)])
        _ = try await eventually("everybody waits", within: .seconds(1500)) {
          try await api.stats(id).count("retrying") == count ? true : nil
        }
        let end = try await api.end(id, in: 2)
        let stats = try await api.finished(id)
        #expect(stats["counts"] == ["expired": .integer(count)])
        #expect(stats["not_reached"] == 0)
        #expect(try await provider.fake.lastArrival() < end)
        #expect(try await provider.fake.stats()["calls"]?.number == count)
      }
    }
  }
}
