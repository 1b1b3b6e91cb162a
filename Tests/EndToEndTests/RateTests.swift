import Contracts
import Foundation
import Testing

extension EndToEndTests {
  /// Rates as providers see them, over two senders of which one dies meanwhile.
  struct RateTests {
    private static let rate = 100

    /// No sliding second has more than one percent over: of a mailout's rate, and of a provider's. The calls that a
    /// killed sender had not written down are not among those counted.
    @Test func ratesHoldOverTwoSendersAndTheDeathOfOne() async throws {
      let (stack, api) = (try await Stack.shared(), try await API.admin())
      let limit: [String: JSON] = ["rate_limit": .integer(Int64(Self.rate))]
      try await TestProvider.with(2) { free in
        try await TestProvider.with(3, limit) { limited in
          let (tag, other) = (
            try await api.audience(400, from: 79_680_000_000), try await api.audience(200, from: 79_681_000_000)
          )
          let lateness = Lateness()
          let own = try await api.mailout(to: tag, limit.merging(["provider": .string(free.name)]) { $1 })
          let others = [
            try await api.mailout(to: other, ["provider": .string(limited.name)]),
            try await api.mailout(to: other, ["provider": .string(limited.name)]),
          ]
          try await stack.kill("sender-2") { try await free.fake.calls(atLeast: 150) }
          #expect(try await api.finished(own)["counts"] == ["sent": 400])
          for id in others { #expect(try await api.finished(id)["counts"] == ["sent": 200]) }
          for (fake, mailouts) in [(free.fake, [own]), (limited.fake, others)] {
            #expect(try await fake.stats()["unique"] == 400)
            let busiest = Departures.busiestSecond(try await Departures.of(mailouts))
            #expect(busiest <= Self.rate + Self.rate / 100)
            // What may be called at an instant lapses soon after it: who is always late calls less often.
            #expect(busiest > Self.rate / 2 || lateness.worst > 0.1)
          }
        }
      }
    }
  }
}
