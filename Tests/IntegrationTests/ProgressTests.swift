import Contracts
import FoundationEssentials
import Messaging
import Testing

@testable import MailoutScheduler

/// How far a mailout is, while it runs.
@Suite(.timeLimit(.minutes(20))) struct ProgressTests {
  /// The customer service, which counts nobody.
  private struct Uncounting: OperationCalling {
    let services: FakeServices

    func call(
      _ operation: Contracts.Operation, data: [UInt8], as caller: Caller, idempotencyKey: String?, timeout: Duration
    ) async throws(Problem) -> OperationReply {
      if operation == .audienceCount { throw Problem(.unavailable, "nobody is counted here") }
      return try await services.call(
        operation, data: data, as: caller, idempotencyKey: idempotencyKey, timeout: timeout)
    }
  }

  /// Its batch stays out, so that it runs on; its first page is everybody, so that nobody need count them.
  @Test func isToldNowAndThen() async throws {
    try await ScratchDatabase.with(SchedulerMain.database) { pool in
      let desk = SchedulerDesk(pool)
      let (mailout, _) = try await desk.started()
      let services = FakeServices((1...3).map { AudienceMember(id: $0, phone: "7916000000\($0)") })
      let driver = MailoutDriver(id: mailout.id, tools: desk.tools(Uncounting(services: services)), bell: Bell())
      let driving = Task { await driver.run() }
      func told() async throws -> [MailoutFact] {
        try await pool.query(
          "select body from mailout.event where type = \(EventType.mailoutProgressed.rawValue) order by id"
        ).map {
          let body = try $0[0, as: [UInt8].self]
          return try JSONDecoder().decode(MailoutFact.self, from: Data(body[try EnvelopeFrame.read(body).data]))
        }
      }
      try await until { try await !told().isEmpty }
      driving.cancel()
      await driving.value
      let facts = try await told()
      // Once: nothing has changed since.
      #expect(facts.map(\.issued) == [3] && facts.map(\.audience) == [3] && facts.map(\.status) == [.running])
    }
  }
}
