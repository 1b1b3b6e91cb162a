import Contracts
import Foundation
import Messaging
import Postgres
import Service
import Testing

@testable import MailoutScheduler

/// Mailouts that are due at the same instant.
@Suite(.timeLimit(.minutes(2))) struct StartTimerTests {
  /// Until it is so, or the time is up.
  private static func wait(_ isSo: () -> Bool) async throws {
    while !isSo() { try await Task.sleep(for: .milliseconds(5)) }
  }

  /// One is being changed, and its start waits for that, for as long as it takes.
  @Test func oneThatCannotStartYetHoldsUpNobody() async throws {
    try await ScratchDatabase.with(SchedulerMain.database, patience: .seconds(600)) { pool in
      let desk = SchedulerDesk(pool)
      var ids: [Int64] = []
      for _ in 0..<20 { ids.append(try await desk.create()) }
      let started = EventLog<Int64>()
      let caller = Caller(principal: "service:mailout-scheduler", scopes: ["customers:read"])
      let timer = StartTimer(
        life: desk.life, pool: pool, audience: AudienceClient(operations: FakeServices(), caller: caller),
        log: Log(service: "test", instance: "test", level: .error), metrics: SchedulerMetrics(Metrics()),
        onChange: { _ in }, onStart: { started.add($0.id) })
      let running = try await pool.withTransaction { [ids] connection in
        try await connection.query("select from mailout.mailout where id = \(ids[0]) for update")
        let running = Task { await timer.run() }
        try await Self.wait { started.events.sorted() == Array(ids.dropFirst()) }
        return running
      }
      try await Self.wait { [ids] in started.events.sorted() == ids }
      running.cancel()
      await running.value
    }
  }
}
