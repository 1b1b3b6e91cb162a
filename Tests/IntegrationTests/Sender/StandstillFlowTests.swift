import Contracts
import Postgres
import Testing

@testable import Sender

/// A sender that was frozen does not take its own absence for the provider's: the circuit is everybody's.
@Suite(.timeLimit(.minutes(20))) struct StandstillFlowTests {
  private static let timeout = CallReply(answer: .unknown(reason: "timeout"))

  @Test func whatTimedOutMeanwhileOpensNoCircuit() async throws {
    try await ScratchDatabase.with(SenderMain.database) { pool in
      let row = try await SenderCopy.row(pool) {
        $0.concurrency = 8
        $0.breaker.minimumCalls = 4
        $0.breaker.slow = .seconds(300)
      }
      let copy = SenderCopy("a", pool: pool, row: row, reply: nil)
      try await copy.run {
        try await copy.accept(DispatcherTests.batch(count: 100, seconds: 36_000))
        try await copy.provider.calls.first { $0.id == 1007 }
        copy.freeze(for: .seconds(1800))
        // As libcurl says of whatever was under way, before anybody has looked at a clock.
        copy.provider.answerKept(Self.timeout)
        // As many are called again at once: its limit counts nothing of this either.
        try await copy.provider.calls.first { $0.id == 1015 }
        copy.provider.answer(ScriptedProvider.ok)
        let settled = try await copy.wire.settled.first { $0.batchID == 1 }
        // For the messages the table holds: each has failed an attempt.
        #expect(settled.waiting.map(\.reason) == Array(repeating: "unknown: timeout", count: 8))
        #expect(settled.waiting.allSatisfy { $0.attempts == 3 })
      }
      #expect(copy.provider.calls.events.count == 100)
      try await Self.expectNoRest(copy, pool)
    }
  }

  /// They have been under way for long, but not by their provider's clock.
  @Test func whatStillRunsIsNotOverdue() async throws {
    try await ScratchDatabase.with(SenderMain.database) { pool in
      let row = try await SenderCopy.row(pool) {
        $0.concurrency = 8
        $0.breaker.minimumCalls = 4
        $0.breaker.slow = .seconds(300)
      }
      let copy = SenderCopy("a", pool: pool, row: row, reply: nil, holdLimit: .seconds(1000))
      try await copy.run {
        try await copy.accept(DispatcherTests.batch(count: 100, seconds: 36_000))
        try await copy.provider.calls.first { $0.id == 1007 }
        copy.freeze(for: .seconds(1800))
        // The look that judges the provider gives up afterwards what was held for so long.
        let outcome = try await copy.wire.outcomes.first { $0.messageID == 1099 }
        #expect(outcome.reason == "held_too_long")
        copy.provider.answer(ScriptedProvider.ok)
        try await copy.wire.settled.first { $0.batchID == 1 }
      }
      try await Self.expectNoRest(copy, pool)
    }
  }

  private static func expectNoRest(_ copy: SenderCopy, _ pool: PostgresPool) async throws {
    let events = try await pool.query("select from sender.event where type like 'circuit%'")
    #expect(events.isEmpty)
    #expect(copy.fetching.events.allSatisfy { $0 })
  }
}
