import Contracts
import FoundationEssentials
import Messaging
import Postgres
import Testing

@testable import MailoutScheduler

/// Customers who move while a mailout with local hours runs.
@Suite(.timeLimit(.minutes(20))) struct ZoneChangeTests {
  /// The customer service. Right after it has told who is in a zone, customers move there.
  private struct Moving: OperationCalling {
    let services: FakeServices
    let movers: [Int64]
    let zone: String

    func call(
      _ operation: Contracts.Operation, data: [UInt8], as caller: Caller, idempotencyKey: String?, timeout: Duration
    ) async throws(Problem) -> OperationReply {
      let reply = try await services.call(
        operation, data: data, as: caller, idempotencyKey: idempotencyKey, timeout: timeout)
      if operation == .audiencePage, try JSON.parse(data)["timezone"] == .string(zone) {
        services.members.withLock { members in for id in movers { members[id]?.timezone = zone } }
      }
      return reply
    }
  }

  private static func messages(_ desk: SchedulerDesk) async throws -> [BatchMessage] {
    try await desk.pool.query("select body from mailout.batch order by id").flatMap {
      try Batch.payload(of: try $0[0, as: [UInt8].self]).messages
    }
  }

  /// Their old zone opens after the end only, and the one they come to has been issued.
  @Test func whoLeavesAZoneThatDoesNotOpenAnyMoreIsReachedOnce() async throws {
    let (open, shut) = ("UTC", "Etc/GMT+6")
    let services = FakeServices(
      (1...6).map { AudienceMember(id: $0, phone: "7916000000\($0)", timezone: $0 % 2 == 0 ? open : shut) })
    let moving = Moving(services: services, movers: [1, 5], zone: open)
    try await ScratchDatabase.with(SchedulerMain.database) { pool in
      let desk = SchedulerDesk(pool)
      let minute = Int(Date.now.timeIntervalSince1970) / 60 * 60
      let window = LocalWindow(from: (minute + 82_800) % 86_400, to: (minute + 3600) % 86_400)
      let id = try await desk.create(window: window)
      _ = try await desk.life.start(id, now: .now, audienceThrough: 100, zones: [open, shut])
      // Nothing else changes meanwhile, and has the zone read anew.
      try await desk.life.setAudience(id, count: 6)
      let driving = Task { await MailoutDriver(id: id, tools: desk.tools(moving), bell: Bell()).run() }
      try await until { try await desk.number("select issued from mailout.mailout where id = \(id)") == 5 }
      driving.cancel()
      await driving.value
      let reached = try await Self.messages(desk).map(\.customerID).sorted()
      #expect(reached == [1, 2, 4, 5, 6])
      #expect(try await desk.number("select count(*) from mailout.reached") == 5)
      // Who is still where it does not open is neither issued nor given up: they may move, or the end may.
      let left = try await desk.cohorts(of: id)
      #expect(left.map(\.kind) == [.zone, .closing] && left.map(\.timezone) == [shut, nil])
      #expect(try await desk.number("select count(*) from mailout.waiting") == 0)
    }
  }
}
