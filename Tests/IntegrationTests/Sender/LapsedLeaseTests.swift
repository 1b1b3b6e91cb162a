import Contracts
import Foundation
import Postgres
import Testing

@testable import Sender

/// The database is away for longer than a lease: what is answered meanwhile cannot be written down before it is back.
@Suite(.timeLimit(.minutes(20))) struct LapsedLeaseTests {
  @Test func whatIsAnsweredIsNotGivenAwayBeforeItIsWrittenDown() async throws {
    try await ScratchDatabase.with(SenderMain.database) { pool in
      let row = try await SenderCopy.row(pool)
      let copy = SenderCopy("a", pool: pool, row: row, reply: nil, permits: 2)
      let other = SenderCopy("b", pool: pool, row: row)
      try await copy.run {
        try await copy.accept(DispatcherTests.batch(1, seconds: 36_000))
        try await copy.provider.calls.first { $0.id == 1001 }
        try await copy.accept(DispatcherTests.batch(2, mailoutID: 8, seconds: 5000))
        try await copy.accept(DispatcherTests.batch(3, mailoutID: 9, seconds: 36_000))
        try await pool.withTransaction { outage in
          try await outage.query("lock table sender.claim in exclusive mode")
          copy.freeze(for: .seconds(7200))
          copy.provider.answer(ScriptedProvider.ok)
          try await until { await copy.dispatcher.waiting(of: 8) == 0 }
          try await until { try await Self.isJournalWaiting(pool) }
          try await copy.untilItHasLooked()
        }
        // Nobody else has claimed it: it goes on where it was.
        let kept = try await copy.deliveries.first { $0.batch == 1 }
        #expect(kept.settlement == .acked)
        let ended = try await copy.deliveries.first { $0.batch == 2 }
        #expect(ended.settlement == .acked)
        // That of which nothing has been called need not wait for the database here.
        let idle = try await copy.deliveries.first { $0.batch == 3 }
        #expect(idle.settlement == .requeued)
        let isTaken = try await other.take(DispatcherTests.batch(3, mailoutID: 9, seconds: 36_000))
        #expect(isTaken)
      }
      #expect(copy.provider.calls.events.map(\.id).sorted() == Array(1000...1009))
      #expect(Set(copy.wire.outcomes.events.filter { $0.mailoutID == 8 }.map(\.status)) == [.expired])
      let claims = try await pool.query("select epoch from sender.claim where batch_id = 1")
      #expect(try claims.map { try $0[0, as: Int32.self] } == [1])
    }
  }

  /// Whether results wait for the table that they are to be written to.
  private static func isJournalWaiting(_ pool: PostgresPool) async throws -> Bool {
    let waiting = try await pool.query(
      """
      select from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock' and query like '%sender.claim_entry%'
      """)
    return !waiting.isEmpty
  }

  /// What the calls of a lost claim still bring is not taken for that of the claim which the same sender has taken since.
  @Test func aBatchThatIsLostAndTakenAgainComesToItsEnd() async throws {
    try await ScratchDatabase.with(SenderMain.database) { pool in
      let row = try await SenderCopy.row(pool) { $0.concurrency = 20 }
      let copy = SenderCopy("a", pool: pool, row: row, reply: nil)
      try await copy.run {
        let batch = DispatcherTests.batch()
        try await copy.accept(batch)
        try await copy.provider.calls.first(after: 9) { _ in true }
        try await pool.query("update sender.claim set lease_until = now() - interval '1 second'")
        try await copy.accept(batch)
        try await copy.provider.calls.first(after: 19) { _ in true }
        // The former run's goes back by itself, in its own time.
        try await copy.deliveries.first { $0.settlement == .requeued }
        // Those of both runs, in one commit.
        copy.provider.answer(ScriptedProvider.ok)
        try await copy.deliveries.first { $0.settlement == .acked }
        #expect(copy.deliveries.events.map(\.settlement) == [.requeued, .acked])
        #expect(copy.wire.settled.events.map(\.count) == [10])
        #expect(copy.wire.outcomes.events.map(\.messageID).sorted() == batch.messages.map(\.id))
      }
    }
  }
}

extension Dispatcher {
  /// Messages of a mailout that wait for their calls.
  fileprivate func waiting(of mailoutID: Int64) -> Int { queue.count(of: mailoutID) }
}
