import Contracts
import Foundation
import Messaging
import Postgres
import Service
import Testing

@testable import MailoutScheduler

/// Mailouts that are due at the same instant.
@Suite(.timeLimit(.minutes(2))) struct StartTimerTests {
  /// One is being changed, and its start waits for that, for as long as it takes.
  @Test func oneThatCannotStartYetHoldsUpNobody() async throws {
    try await ScratchDatabase.with(SchedulerMain.database, patience: .seconds(600)) { pool in
      let desk = SchedulerDesk(pool)
      var ids: [Int64] = []
      for _ in 0..<20 { ids.append(try await desk.create()) }
      let (starts, start) = AsyncStream<Int64>.makeStream()
      let caller = Caller(principal: "service:mailout-scheduler", scopes: ["customers:read"])
      let timer = StartTimer(
        life: desk.life, pool: pool, audience: AudienceClient(operations: FakeServices(), caller: caller),
        log: Log(service: "test", instance: "test", level: .error), metrics: SchedulerMetrics(Metrics()),
        onChange: { _ in }, onStart: { start.yield($0.id) })
      let running = try await pool.withTransaction { [ids] connection in
        try await connection.query("select from mailout.mailout where id = \(ids[0]) for update")
        let running = Task { await timer.run() }
        let others = await starts.prefix(19).reduce(into: Set()) { $0.insert($1) }
        #expect(others == Set(ids.dropFirst()))
        return running
      }
      #expect(await starts.first { _ in true } == ids[0])
      running.cancel()
      await running.value
    }
  }
}
