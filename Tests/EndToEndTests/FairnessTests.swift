import Contracts
import Foundation
import Testing

extension EndToEndTests {
  /// Mailouts of one provider take turns.
  struct FairnessTests {
    private static let small: Int64 = 50
    /// Batches that a sender holds of a provider at most (`MAILOUT_PREFETCH`).
    private static let prefetch: Int64 = 12

    /// Where nobody calls, a large mailout takes all that may be out; what may be out of a small one is issued all the
    /// same (`Share`). When there are calls again, the first of which are answered only when a third mailout's are in
    /// hand too, those take turns with what was there before (`WorkQueue`). Calls are counted, no time is measured.
    @Test func aSmallMailoutGoesBesideALargeOneThatHasTakenAll() async throws {
      let (stack, api) = (try await Stack.shared(), try await API.admin())
      // So slow that less may be out than one portion has: a large mailout takes it all, once and to the last message.
      try await TestProvider.with(2, ["rate_limit": 300]) { provider in
        let to: [String: JSON] = ["provider": .string(provider.name)]
        let tag = try await api.audience(2_000, from: 79_660_000_000)
        let other = try await api.audience(Int(Self.small), from: 79_661_000_000)
        let third = try await api.audience(Int(Self.small), from: 79_662_000_000)
        // Now its rate is known, and what nobody calls for a while does not lower it at once.
        _ = try await api.finished(try await api.mailout(to: tag, to))
        try await provider.fake.reset()
        try await provider.fake.behave(["hold": true])
        try await stack.run(["stop"] + Stack.senders)
        let large: Int64
        do {
          large = try await api.mailout(to: tag, to)
          let ahead = try await Self.issued(large, api, atLeast: 1)
          try #require(ahead >= 6 * Self.small && ahead < 1_000)
          let small = try await api.mailout(to: other, to)
          #expect(try await Self.issued(small, api, atLeast: Self.small) == Self.small)
          try await stack.run("start", Stack.senders[0])
          try await provider.fake.calls(atLeast: 64)
          let late = try await api.mailout(to: third, to)
          #expect(try await Self.issued(late, api, atLeast: Self.small) == Self.small)
          let batches = Double(min(Self.prefetch, try await Self.batches(provider)))
          _ = try await eventually("the sender has it in hand") {
            try await stack.metric("mailout_sender_batches_held", of: Stack.senders[0]) >= batches ? true : nil
          }
          try await provider.fake.behave([:])
          for id in [small, late] { #expect(try await api.finished(id)["counts"] == ["sent": .integer(Self.small)]) }
          let phones = try await provider.fake.calls().map(\.phone)
          let last = try #require(phones.lastIndex { $0 >= 79_662_000_000 })
          // The calls before it but its own.
          let others = Int64(last) + 1 - Self.small
          #expect(others < ahead - Self.small)
        } catch {
          try await stack.run(["start"] + Stack.senders)
          throw error
        }
        try await stack.run(["start"] + Stack.senders)
        try await api.order("cancel", large)
        try await api.drained(large)
      }
    }

    /// How many are out.
    private static func batches(_ provider: TestProvider) async throws -> Int64 {
      let rows = try await Database.ask {
        try await $0.query("select count(*) from mailout.batch where provider = \(provider.name)")
      }
      return try #require(rows.first)[0, as: Int64.self]
    }

    /// How many of a mailout's messages are, once so many are.
    private static func issued(_ id: Int64, _ api: API, atLeast count: Int64) async throws -> Int64 {
      try await eventually("mailout \(id) is issued") {
        let issued = try await api.get("/api/mailouts/\(id)").json["issued"]?.number ?? 0
        return issued >= count ? issued : nil
      }
    }
  }
}
