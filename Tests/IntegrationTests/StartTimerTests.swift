import Contracts
import Foundation
import Messaging
import Postgres
import Service
import Testing

@testable import MailoutScheduler

/// Mailouts that are due at the same instant.
@Suite(.timeLimit(.minutes(20))) struct StartTimerTests {
  /// Nobody drives a mailout that is only scheduled, so there is nobody to be told.
  @Test func onlyWhatMayBeDrivenIsToldToTheDrivers() async throws {
    try await ScratchDatabase.with(SchedulerMain.database) { pool in
      let desk = SchedulerDesk(pool)
      let (running, _) = try await desk.started()
      let (changes, change) = AsyncStream<Int64?>.makeStream()
      let caller = Caller(principal: "service:mailout-scheduler", scopes: ["customers:read"])
      let timer = StartTimer(
        life: desk.life, pool: pool, audience: AudienceClient(operations: FakeServices(), caller: caller),
        log: Log(service: "test", instance: "test", level: .error), metrics: SchedulerMetrics(Metrics()),
        onChange: { change.yield($0) }, onStart: { _, _ in })
      let timing = Task { await timer.run() }
      var told = changes.makeAsyncIterator()
      // It listens from now on, and what was before is not known.
      #expect(await told.next() == .some(nil))
      let scheduled = try await desk.create(start: .now.addingTimeInterval(300))
      for id in [scheduled, running.id] {
        let mailout = try await desk.find(id)
        try await pool.withTransaction { try await desk.mailouts.notify(mailout, on: $0) }
      }
      #expect(await told.next() == .some(running.id))
      timing.cancel()
      await timing.value
    }
  }

  @Test func thoseWithoutLocalHoursAreStartedTogether() async throws {
    try await ScratchDatabase.with(SchedulerMain.database) { pool in
      let desk = SchedulerDesk(pool)
      let plain = [try await desk.create(), try await desk.create()]
      let others = [
        try await desk.create(window: LocalWindow(from: 0, to: 60)),
        try await desk.create(start: .now.addingTimeInterval(300)), 9_999,
      ]
      let started = try await desk.life.start(plain + others, now: .now, audienceThrough: 100)
      #expect(started.map(\.mailout.id) == plain)
      for (mailout, cohort) in started {
        #expect(mailout.status == .running && mailout.audienceThrough == 100)
        #expect(try await desk.cohorts(of: mailout.id) == [cohort])
        #expect(try await desk.issue(mailout.id, of: mailout, from: cohort, to: 50))
      }
      #expect(try await desk.number("select count(*) from mailout.event where type = 'mailout.started.v1'") == 2)
      #expect(try await desk.life.start(plain, now: .now, audienceThrough: 100).isEmpty)
    }
  }

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
        onChange: { _ in }, onStart: { mailout, _ in start.yield(mailout.id) })
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
