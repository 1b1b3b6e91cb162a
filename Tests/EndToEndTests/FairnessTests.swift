import Contracts
import Foundation
import Testing

extension EndToEndTests {
  /// Mailouts of one provider take turns.
  struct FairnessTests {
    @Test func aSmallMailoutIsDoneWhileALargeOneIsFarFromItsEnd() async throws {
      let api = try await API.admin()
      try await TestProvider.with(2) { provider in
        // Two senders with 64 calls each: some 1,300 a second.
        try await provider.fake.behave(["latency_ms": 100])
        let to: [String: JSON] = ["provider": .string(provider.name)]
        let (tag, other) = (
          try await api.audience(20_000, from: 79_660_000_000), try await api.audience(100, from: 79_661_000_000)
        )
        let large = try await api.mailout(to: tag, to)
        try await provider.fake.calls(atLeast: 1_000)
        let small = try await api.mailout(to: other, to)
        #expect(try await api.finished(small)["counts"] == ["sent": 100])
        let called = try await provider.fake.stats()["unique"]?.number ?? 0
        #expect(called < 10_000)
        try await api.order("cancel", large)
        try await api.drained(large)
      }
    }
  }
}
