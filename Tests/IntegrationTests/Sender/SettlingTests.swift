import Contracts
import Postgres
import Testing

@testable import Sender

/// The end of a batch, in its order: the scheduler knows, then nobody calls it again, then the broker forgets it.
struct SettlingTests {
  /// From now on a change of a table fails; the sequence `sender.refused` counts them. Drop the trigger `refuse` to end it.
  private static func refuse(_ change: String, on table: String, _ pool: PostgresPool) async throws {
    try await pool.query("create sequence sender.refused")
    try await pool.query(
      """
      create function sender.refuse() returns trigger language plpgsql
      as $$ begin perform nextval('sender.refused'); raise exception 'no room'; end $$
      """)
    try await pool.query(
      """
      create trigger refuse before \(raw: change) on \(raw: table) for each row execute function sender.refuse()
      """)
  }

  @Test func aBatchIsNotOverBeforeTheSchedulerKnows() async throws {
    try await ScratchDatabase.with(SenderMain.database) { pool in
      let copy = SenderCopy("a", pool: pool, row: try await SenderCopy.row(pool))
      try await copy.run {
        copy.wire.refuseSettled(true)
        try await copy.accept(DispatcherTests.batch(1))
        // Tried at least once more: a crash now must bring the batch back, and with it what is to be told.
        try await copy.wire.refused.first(after: 1) { $0 == 1 }
        #expect(copy.deliveries.events.isEmpty)
        let settled = try await pool.query("select from sender.claim where settled_at is not null")
        #expect(settled.isEmpty)

        copy.wire.refuseSettled(false)
        let delivery = try await copy.deliveries.first { $0.batch == 1 }
        #expect(delivery.settlement == .acked)
        #expect(copy.wire.settled.events.map(\.batchID) == [1])
        #expect(try await pool.query("select from sender.claim where settled_at is not null").count == 1)
      }
    }
  }

  /// What is acknowledged has its tombstone: a crash in between brings a copy that nobody calls.
  @Test func aBatchIsNotAcknowledgedBeforeItsTombstone() async throws {
    try await ScratchDatabase.with(SenderMain.database) { pool in
      try await Self.refuse("update of settled_at", on: "sender.claim", pool)
      let copy = SenderCopy("a", pool: pool, row: try await SenderCopy.row(pool))
      try await copy.run {
        try await copy.accept(DispatcherTests.batch(1))
        // Told twice: it has failed in between.
        try await copy.wire.settled.first(after: 1) { $0.batchID == 1 }
        #expect(copy.deliveries.events.isEmpty)

        try await pool.query("drop trigger refuse on sender.claim")
        let delivery = try await copy.deliveries.first { $0.batch == 1 }
        #expect(delivery.settlement == .acked)
      }
    }
  }

  /// An answer is not yet a record: a crash now would repeat each of these calls.
  @Test func answeredCallsKeepTheirPermitsUntilTheyAreCommitted() async throws {
    try await ScratchDatabase.with(SenderMain.database) { pool in
      try await Self.refuse("insert", on: "sender.claim_entry", pool)
      let copy = SenderCopy("a", pool: pool, row: try await SenderCopy.row(pool), permits: 5)
      try await copy.run {
        try await copy.accept(DispatcherTests.batch(1))
        try await until {
          try await !pool.query("select last_value from sender.refused where last_value > 1").isEmpty
        }
        #expect(copy.provider.calls.events.count == 5)

        try await pool.query("drop trigger refuse on sender.claim_entry")
        try await copy.deliveries.first { $0.batch == 1 }
        #expect(copy.provider.calls.events.count == 10)
      }
    }
  }
}
