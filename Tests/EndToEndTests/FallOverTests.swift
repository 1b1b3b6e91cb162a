import Contracts
import Foundation
import Testing

extension EndToEndTests {
  /// A mailout that names several providers, and mailouts beside one that goes to a sick one.
  struct FallOverTests {
    private static func mailout(_ api: API, _ tag: String, _ providers: TestProvider...) async throws -> Int64 {
      try await api.mailout(to: tag, ["provider": .array(providers.map { .string($0.name) })])
    }

    @Test func whatAProviderFailsGoesToTheNextAndNothingTwice() async throws {
      let api = try await API.admin()
      try await TestProvider.with(2) { first in
        try await TestProvider.with(3) { second in
          try await first.fake.behave(["share": ["http_500": 1]])
          let tag = try await api.audience(2_000, from: 79_640_000_000)
          let id = try await Self.mailout(api, tag, first, second)
          let stats = try await api.finished(id)
          #expect(stats["counts"] == ["sent": 2_000])
          let (failed, took) = (try await first.fake.stats(), try await second.fake.stats())
          #expect(failed["calls"]?.number ?? 0 > 0)
          #expect(failed["accepted"] == 0)
          #expect(took["accepted"] == 2_000 && took["calls"] == 2_000)
          #expect(try await first.circuit != "closed")
        }
      }
    }

    /// The first may have them: nobody else gets them, and they end there when it is back.
    @Test func whatMayHaveArrivedStaysWithItsProvider() async throws {
      let api = try await API.admin()
      let count = Int64(1_000)
      let hasty: [String: JSON] = [
        "timeout_ms": 500, "connect_timeout_ms": 500, "retry": ["max_attempts": 100], "breaker": ["slow_ms": 400],
      ]
      try await TestProvider.with(2, hasty) { first in
        try await TestProvider.with(3) { second in
          try await first.fake.behave(["share": ["hang": 1]])
          let tag = try await api.audience(Int(count), from: 79_641_000_000)
          let id = try await Self.mailout(api, tag, first, second)
          _ = try await eventually("all others have gone to the second") {
            let (bound, sent) = (try await first.fake.stats()["unique"], try await second.fake.stats()["unique"])
            return (bound?.number ?? 0) + (sent?.number ?? 0) == count ? true : nil
          }
          let bound = Set(try await first.fake.calls().map(\.id))
          // It is well again, and from here on no call is given up because this machine is slow.
          try await first.fake.behave([:])
          try await first.change([
            "timeout_ms": 60_000, "connect_timeout_ms": 60_000, "breaker": ["slow_ms": 60_000],
          ])
          #expect(try await api.finished(id)["counts"] == ["sent": .integer(count)])
          let sent = Set(try await second.fake.calls().map(\.id))
          #expect(!bound.isEmpty)
          #expect(bound.isDisjoint(with: sent))
          #expect(Int64(bound.count + sent.count) == count)
          #expect(try await second.fake.stats()["duplicates"] == 0)
        }
      }
    }

    /// One holds every call it gets; the mailout of the other is done before the first has an answer.
    @Test func mailoutsOfOthersDoNotNoticeAProviderThatHangs() async throws {
      let api = try await API.admin()
      try await TestProvider.with(2, ["concurrency": 4_096]) { sick in
        try await TestProvider.with(3) { healthy in
          try await sick.fake.behave(["hold": true])
          let (tag, other) = (
            try await api.audience(2_000, from: 79_642_000_000), try await api.audience(500, from: 79_643_000_000)
          )
          let stuck = try await Self.mailout(api, tag, sick)
          try await sick.fake.calls(atLeast: 100)
          let id = try await Self.mailout(api, other, healthy)
          #expect(try await api.finished(id)["counts"] == ["sent": 500])
          #expect(try await sick.fake.stats()["by_answer"] == [:])
          #expect(try await api.stats(stuck).count("sent") == 0)
          try await sick.fake.behave([:])
          #expect(try await api.finished(stuck)["counts"] == ["sent": 2_000])
        }
      }
    }
  }
}
