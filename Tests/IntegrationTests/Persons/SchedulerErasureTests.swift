import Contracts
import Foundation
import Messaging
import Postgres
import TestSupport
import Testing

@testable import MailoutScheduler

/// What waits for a person ends without a call; what is on its way is told to be left until it has ended.
struct SchedulerErasureTests {
  private static let person = Person(customerID: 5, phones: ["79161234567"], nationalPhones: ["9161234567"])

  private static let order = ErasureOrder(person: person, orderedAt: 1, erasureID: 7)

  private static func store(_ desk: SchedulerDesk) -> PersonStore {
    PersonStore(
      pool: desk.pool, idempotency: IdempotencyStore(schema: "mailout"),
      outcomes: Outbox(table: "mailout.outcome", service: .mailoutScheduler))
  }

  @Test func whatWaitsIsShownAndEnds() async throws {
    try await SingleOffice.with { office in
      let (desk, store) = (office.desk, Self.store(office.desk))
      let single = try await office.order("Dear Rosalind", key: "k")
      let (mailout, _) = try await desk.started()
      try await WaitingStoreSeed.insert([(7001, 5), (7002, 6)], mailout: mailout.id, on: desk.pool)
      try await desk.pool.query(
        "insert into mailout.reached (mailout_id, customer_id) values (\(mailout.id), 5), (\(mailout.id), 6)")

      let shown = try await store.waiting(of: Self.person)
      #expect(shown["single_messages"]?.first?["text"] == "Dear Rosalind")
      #expect(shown["mailout_messages"]?.first?["id"] == 7001)

      try await desk.pool.query("delete from mailout.outcome")
      let report = try await store.erase(Self.order)
      #expect(report.erased == ["waiting_messages": 2, "reached": 1, "stored_answers": 1])
      // How they ended is on its way to statistics.
      #expect(report.left == ["news": 1])
      let ends = try await desk.outcomes()
      #expect(Set(ends.map(\.messageID)) == [single, 7001])
      #expect(ends.allSatisfy { $0.status == .cancelled && $0.reason == "customer_gone" })
      try await desk.pool.query("delete from mailout.outcome")
      let again = try await store.erase(Self.order)
      #expect(again.isDone && again.erased == [:])
      #expect(try await DatabaseScan.find(["Rosalind"], on: desk.pool) == [])
      #expect(try await desk.number("select count(*) from mailout.waiting") == 1)
      #expect(try await desk.number("select count(*) from mailout.reached") == 1)
      // A repetition of the order has no second effect.
      await #expect(throws: Problem.self) { try await office.order("Dear Rosalind", key: "k") }
    }
  }

  /// A page of customers was read before the order, and is issued from memory.
  @Test func whatIsWrittenAfterTheOrderIsWaitedFor() async throws {
    try await SingleOffice.with { office in
      let (desk, store) = (office.desk, Self.store(office.desk))
      let fresh = ErasureOrder(person: Self.person, orderedAt: Timestamp.microseconds(.now) + 600_000_000, erasureID: 7)
      #expect(try await store.erase(fresh).left == ["customers_in_memory": 1])
      // Whoever writes while the rest is deleted is told to be left: at the moment that the last of it is.
      let (mailout, _) = try await desk.started()
      try await desk.pool.query("delete from mailout.outcome")
      try await WaitingStoreSeed.insert([(7001, 6)], mailout: mailout.id, on: desk.pool)
      try await desk.pool.query("insert into mailout.reached (mailout_id, customer_id) values (\(mailout.id), 5)")
      try await desk.pool.query(
        """
        create function public.late() returns trigger language plpgsql as $$ begin
          if not exists (select from mailout.waiting where customer_id = 5) then
            update mailout.waiting set customer_id = 5;
            insert into mailout.reached (mailout_id, customer_id) select mailout_id, 5 from mailout.waiting;
          end if;
          return null;
        end $$
        """)
      try await desk.pool.query(
        "create trigger late after delete on mailout.reached for each statement execute function public.late()")
      #expect(try await store.erase(Self.order).left == ["waiting_messages": 1, "reached": 1])
      try await desk.pool.query("drop trigger late on mailout.reached")
      let report = try await store.erase(Self.order)
      #expect(report.erased == ["waiting_messages": 1, "reached": 1] && report.left == ["news": 1])
      try await desk.pool.query("delete from mailout.outcome")
      #expect(try await store.erase(Self.order).isDone)
    }
  }

  @Test func whatIsAtASenderIsLeftUntilItIsSettled() async throws {
    try await SingleOffice.with { office in
      let (desk, store) = (office.desk, Self.store(office.desk))
      _ = try await office.order("Dear Rosalind")
      #expect(try await office.issue(try await office.due()))
      try await desk.pool.query("delete from mailout.outcome")
      #expect(try await store.erase(Self.order).left == ["single_messages": 1, "batches": 1])
      try await office.settle([])
      let report = try await store.erase(Self.order)
      #expect(report.isDone, "\(report)")
      #expect(try await DatabaseScan.find(["Rosalind"], on: desk.pool) == [])
    }
  }
}

/// Rows of the waiting set, as settled batches leave them.
enum WaitingStoreSeed {
  static func insert(_ rows: [(message: Int64, customer: Int64)], mailout: Int64, on pool: PostgresPool) async throws {
    try await pool.withTransaction { connection in
      _ = try await WaitingStore.insert(
        rows.map {
          (
            mailoutID: mailout, provider: nil,
            message: WaitingMessage(
              messageID: $0.message, customerID: $0.customer, dueAt: 4_000_000_000_000_000, status: .deferred, round: 0,
              hop: 1, attempts: 0, reason: "window", isUnknown: false)
          )
        }, on: connection)
    }
  }
}

extension JSON {
  fileprivate var first: JSON? {
    guard case .array(let elements) = self else { return nil }
    return elements.first
  }
}
