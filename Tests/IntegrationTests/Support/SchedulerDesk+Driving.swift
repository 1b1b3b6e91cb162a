import Messaging
import Service

@testable import MailoutScheduler

extension SchedulerDesk {
  /// What this replica's drivers work with. Batches go nowhere: they count as published.
  func tools(_ operations: any OperationCalling = FakeServices()) -> DriverTools {
    let log = Log(service: "mailout-scheduler", instance: "test", level: .error)
    let caller = Caller(principal: "service:mailout-scheduler", scopes: ["customers:read", "messages:read"])
    let board = ProviderBoard()
    return DriverTools(
      pool: pool, life: life, issues: issues, waiting: waiting, singles: singles, batches: batches,
      issuer: Issuer(store: issues, source: "/test"), publisher: BatchPublisher(store: batches, log: log) { _, _ in },
      audience: AudienceClient(operations: operations, caller: caller),
      stats: StatsClient(operations: operations, caller: caller), retries: RetryStore(pool: pool),
      pace: Pace(store: batches, board: board), board: board,
      outcomes: Outbox(table: "mailout.outcome", service: .mailoutScheduler), log: log,
      metrics: SchedulerMetrics(Metrics()))
  }

  /// Gives a mailout to another replica, as when this one has slept past its lease.
  func handOver(_ mailoutID: Int64, to owner: String = "another") async throws {
    try await pool.query(
      """
      update mailout.mailout set lease_owner = \(owner), lease_until = now() + interval '1 hour' where id = \(mailoutID)
      """)
  }
}
