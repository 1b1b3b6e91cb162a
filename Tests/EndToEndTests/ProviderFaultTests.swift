import Contracts
import Foundation
import Testing

extension EndToEndTests {
  /// A provider that errs, refuses, is slow, talks nonsense or hangs up: everybody still ends in one final state, and
  /// the counts of statistics and of the provider agree.
  struct ProviderFaultTests {
    @Test func aProviderOnABadDay() async throws {
      let api = try await API.admin()
      // What hangs is given up soon.
      let hasty: [String: JSON] = [
        "timeout_ms": 2_000, "connect_timeout_ms": 2_000, "retry": ["base_ms": 200], "breaker": ["slow_ms": 2_000],
      ]
      try await TestProvider.with(2, hasty) { provider in
        try await provider.fake.behave([
          "share": [
            "http_500": .number(0.05), "http_503": .number(0.05), "http_429": .number(0.05), "garbage": .number(0.03),
            "wrong_code": .number(0.1), "drop": .number(0.03), "http_409": .number(0.02), "hang": .number(0.002),
          ], "retry_after_s": 1, "seed": 7,
        ])
        let tag = try await api.audience(2_000, from: 79_350_000_000)
        let id = try await api.mailout(to: tag, until: .now + 3600, ["provider": .string(provider.name)])
        let stats = try await api.finished(id)
        let counts = stats["counts"] ?? .null
        let final = ["sent", "rejected", "failed"].map { counts[$0]?.number ?? 0 }
        #expect(final.reduce(0, +) == 2000)
        #expect(counts["rejected"]?.number ?? 0 > 0)
        #expect(counts["queued"] == nil && counts["retrying"] == nil)
        #expect(try await provider.fake.stats()["unique"]?.number == 2000)
        let unsent = try await api.get("/api/messages?mailout_id=\(id)&status=rejected&limit=5").json
        for message in unsent["items"]?.elements ?? [] { #expect(message["error"]?.text?.hasPrefix("code_") == true) }
      }
    }
  }
}
