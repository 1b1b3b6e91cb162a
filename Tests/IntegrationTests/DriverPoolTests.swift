import Contracts
import FoundationEssentials
import Postgres
import Testing

@testable import MailoutScheduler

/// Who drives what: one replica each mailout, and nobody goes on with another's.
@Suite(.timeLimit(.minutes(20))) struct DriverPoolTests {
  /// A pool of drivers beside the body. Customers cannot be read, so that no mailout comes to its end.
  private static func driving(_ desk: SchedulerDesk, _ body: (DriverPool) async throws -> Void) async throws {
    let drivers = DriverPool(tools: desk.tools(NoOperations()))
    let running = Task { await drivers.run() }
    do {
      try await body(drivers)
    } catch {
      running.cancel()
      throw error
    }
    running.cancel()
    await running.value
  }

  @Test func aDriverWhoseMailoutIsAnothersEnds() async throws {
    try await ScratchDatabase.with(SchedulerMain.database) { pool in
      let desk = SchedulerDesk(pool, lease: .seconds(2))
      let (lost, _) = try await desk.started()
      let (kept, _) = try await desk.started()
      try await Self.driving(desk) { drivers in
        try await until { drivers.bells.withLock { Set($0.keys) }.isSuperset(of: [lost.id, kept.id]) }
        // Nobody says so: it looks by itself.
        try await desk.handOver(lost.id)
        try await until { drivers.bells.withLock { $0[lost.id] == nil } }
        #expect(drivers.bells.withLock { $0[kept.id] != nil })
        // Nor does it come back before the other's lease is over.
        #expect(try await desk.acquired() == [kept.id])
        try await pool.query("update mailout.mailout set lease_until = now() - interval '1 second'")
        try await until { drivers.bells.withLock { $0[lost.id] != nil } }
      }
    }
  }

  @Test func aRowThatSomebodyHoldsIsStillOurs() async throws {
    try await ScratchDatabase.with(SchedulerMain.database) { pool in
      let desk = SchedulerDesk(pool)
      let (mailout, _) = try await desk.started()
      let acquired = try await pool.withTransaction { connection in
        try await connection.query("select from mailout.mailout where id = \(mailout.id) for update")
        return try await desk.acquired()
      }
      #expect(acquired == [mailout.id])
    }
  }

  @Test func anothersMailoutIsNotRead() async throws {
    try await ScratchDatabase.with(SchedulerMain.database) { pool in
      let desk = SchedulerDesk(pool)
      let (mailout, _) = try await desk.started()
      #expect(try await desk.tools().lookUp(mailout.id)?.mailout == mailout)
      try await desk.handOver(mailout.id)
      #expect(try await desk.tools().lookUp(mailout.id) == nil)
      // What drives it by mistake ends, and counts nobody either.
      await MailoutDriver(id: mailout.id, tools: desk.tools(NoOperations()), bell: Bell()).run()
    }
  }

  /// It is cancelled between its start and the moment at which its driver's bell hangs; and no provider takes work, so
  /// that no portion finds out.
  @Test func whatIsChangedBeforeTheBellHangsIsSeen() async throws {
    try await ScratchDatabase.with(SchedulerMain.database) { pool in
      let desk = SchedulerDesk(pool)
      let id = try await desk.create()
      let (mailout, cohort) = try #require(try await desk.life.start([id], now: .now, audienceThrough: 100).first)
      let state = try DriveState(mailout, cohorts: [cohort], order: nil)
      try await desk.call(.cancelMailout, ["id": .integer(id)])
      let tools = desk.tools()
      tools.board.replace(by: [
        "default": ProviderState(isEnabled: false, rateLimit: nil, circuit: .closed, reopensAt: nil)
      ])
      await MailoutDriver(id: id, tools: tools, bell: Bell()).run(from: state)
      #expect(try await desk.find(id).finishedAt != nil)
    }
  }
}
