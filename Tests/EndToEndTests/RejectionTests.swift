import Contracts
import Foundation
import Testing

extension EndToEndTests {
  /// A mailout that its provider refuses stops by itself, and says why.
  struct RejectionTests {
    @Test func tooManyRejectionsPauseAMailout() async throws {
      let api = try await API.admin()
      let reason = "more than half of the last 200 were rejected: code_7"
      try await TestProvider.with(2) { provider in
        // So slow that it is in the middle of it when it pauses.
        try await provider.fake.behave(["share": ["wrong_code": 1], "latency_ms": 1000])
        let tag = try await api.audience(4_000, from: 79_650_000_000)
        try await Stranger.listening(to: ["mailout.paused.v1", "mailout.resumed.v1"]) { stranger in
          let id = try await api.mailout(to: tag, ["provider": .string(provider.name)])
          let event = try await stranger.event("mailout.paused.v1", about: id)
          #expect(event["pause_reason"] == .string(reason))
          #expect(event["status"] == "paused")
          let mailout = try await api.get("/api/mailouts/\(id)").json
          #expect(mailout["status"] == "paused")
          #expect(mailout["pause_reason"] == .string(reason))
          let rejected = try await eventually("what was under way is rejected") { () -> Int64? in
            let stats = try await api.stats(id)
            let rejected = stats.count("rejected")
            return rejected + stats.count("deferred") == stats["issued"]?.number ? rejected : nil
          }
          #expect(rejected > 100 && rejected < 4_000)
          try await provider.fake.behave([:])
          #expect(try await api.order("resume", id)["pause_reason"] == .null)
          #expect(try await stranger.event("mailout.resumed.v1", about: id)["pause_reason"] == nil)
          let counts: JSON = ["rejected": .integer(rejected), "sent": .integer(4_000 - rejected)]
          #expect(try await api.finished(id)["counts"] == counts)
        }
      }
    }
  }
}
