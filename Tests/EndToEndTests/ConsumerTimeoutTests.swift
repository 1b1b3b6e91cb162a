import Contracts
import Foundation
import Testing

extension EndToEndTests {
  /// A broker that is impatient with whoever acknowledges nothing (`consumer_timeout`, which it looks at every
  /// `channel_tick_interval`): a low rate, a long pause and an open circuit hold nothing for so long.
  struct ConsumerTimeoutTests {
    /// Channels that open from now on have the patience of now.
    private static func setPatience(_ milliseconds: Int, tick: Int, of stack: Stack) async throws {
      let settings = ["consumer_timeout": milliseconds, "channel_tick_interval": tick]
      let orders = settings.map { "ok = application:set_env(rabbit, \($0.key), \($0.value))" }
      try await stack.rabbitmqctl("eval", orders.joined(separator: ", ") + ".")
    }

    /// Runs the body with such a broker, and senders that hold a batch for less than its patience.
    private static func withImpatientBroker(_ stack: Stack, _ body: () async throws -> Void) async throws {
      try await setPatience(15_000, tick: 500, of: stack)
      do {
        try await stack.with(["MAILOUT_HOLD_LIMIT": "2s"], for: Stack.senders, body)
      } catch {
        try await setPatience(1_800_000, tick: 60_000, of: stack)
        throw error
      }
      try await setPatience(1_800_000, tick: 60_000, of: stack)
    }

    private static func complaints(_ stack: Stack) throws -> Int {
      try String(contentsOfFile: stack.state + "/log/rabbitmq.log", encoding: .utf8)
        .components(separatedBy: "has timed out waiting for").count - 1
    }

    @Test func whatHasToWaitIsNotHeldUnacknowledged() async throws {
      let (stack, api) = (try await Stack.shared(), try await API.admin())
      let before = try Self.complaints(stack)
      try await Self.withImpatientBroker(stack) {
        try await TestProvider.with(2) { slow in
          try await TestProvider.with(3) { sick in
            let tags = [
              try await api.audience(1_500, from: 79_690_000_000), try await api.audience(1_500, from: 79_691_000_000),
              try await api.audience(1_500, from: 79_692_000_000),
            ]
            let rate: [String: JSON] = ["rate_limit": 100]
            let low = try await api.mailout(to: tags[0], rate.merging(["provider": .string(slow.name)]) { $1 })
            let paused = try await api.mailout(to: tags[1], rate.merging(["provider": .string(slow.name)]) { $1 })
            let open = try await api.mailout(to: tags[2], rate.merging(["provider": .string(sick.name)]) { $1 })
            try await slow.fake.calls(atLeast: 50)
            try await sick.fake.calls(atLeast: 20)
            try await sick.order(circuit: "open")
            try await api.order("pause", paused)
            try await api.change(low, ["rate_limit": 1])
            // At one a second these take longer than the broker is patient; what was in hand would take minutes.
            let called = try await slow.fake.stats()["unique"]?.number ?? 0
            try await slow.fake.calls(atLeast: called + 20)
            #expect(try Self.complaints(stack) == before)
            try await sick.order(circuit: "auto")
            try await api.order("resume", paused)
            for id in [low, paused, open] { try await api.change(id, ["rate_limit": 1000]) }
            for id in [low, paused, open] { #expect(try await api.finished(id)["counts"] == ["sent": 1_500]) }
            for fake in [slow.fake, sick.fake] {
              let stats = try await fake.stats()
              #expect(stats["calls"] == stats["unique"])
            }
          }
        }
      }
      #expect(try Self.complaints(stack) == before)
    }
  }
}
