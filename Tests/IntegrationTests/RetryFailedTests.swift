import Contracts
import FoundationEssentials
import Postgres
import Testing

@testable import MailoutScheduler

/// Sending again what failed: the order, its cursor, and the mailout it brings back.
struct RetryFailedTests {
  private func with(_ body: @Sendable (SchedulerDesk) async throws -> Void) async throws {
    try await ScratchDatabase.with(SchedulerMain.database) { try await body(SchedulerDesk($0)) }
  }

  private func message(_ id: Int64) -> WaitingMessage {
    WaitingMessage(
      messageID: id, customerID: id, dueAt: 0, status: .retrying, round: 1, hop: 0, attempts: 0, reason: "retry")
  }

  @Test func aPageIsTakenOnceHoweverManyDriversTry() async throws {
    try await with { desk in
      let (mailout, _) = try await desk.started()
      try await desk.call(.retryFailed, ["id": .integer(mailout.id), "order": ["reasons": ["timeout"]]])
      let retries = RetryStore(pool: desk.pool)
      let order = try #require(try await desk.order(of: mailout.id))
      #expect(order.reasons == ["timeout"] && order.cursor == 0 && !order.awaitsAll && order.awaits == 0)
      let taken = try await withThrowingTaskGroup(of: Bool.self) { group in
        for _ in 0..<4 {
          group.addTask {
            try await retries.take([message(1), message(2)], order: order, mailoutID: mailout.id, next: 2) { _ in }
          }
        }
        return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(taken == 1)
      #expect(try await desk.number("select count(*) from mailout.waiting") == 2)
      let second = try #require(try await desk.order(of: mailout.id))
      #expect(second.cursor == 2)
      #expect(try await retries.take([message(3)], order: second, mailoutID: mailout.id, next: nil) { _ in })
      #expect(try await desk.order(of: mailout.id) == nil)
      // Told with every event: until statistics know of so many, the mailout is not shown as finished.
      #expect(try await desk.find(mailout.id).fact.resent == 3)
    }
  }

  @Test func aMailoutDoesNotFinishBeforeItsOrderIsCarriedOut() async throws {
    try await with { desk in
      let (mailout, cohort) = try await desk.started()
      #expect(try await desk.issue(1, of: mailout, from: cohort, to: 100, exhausted: true))
      try await desk.settle(1, of: mailout.id)
      try await desk.call(.retryFailed, ["id": .integer(mailout.id)])
      #expect(try await desk.life.finish(mailout.id, now: .now) == false)
      try await desk.pool.withTransaction { try await RetryStore.abandon(mailout.id, on: $0) }
      #expect(try await desk.life.finish(mailout.id, now: .now))
    }
  }

  /// Of a running one those that have ended by the books: what is out or waits has not.
  @Test func anOrderAwaitsTheEndsThatItIsAbout() async throws {
    try await with { desk in
      var (mailout, cohort) = try await desk.started()
      for number in Int64(1)...3 {
        #expect(try await desk.issue(number, of: mailout, from: cohort, to: number * 10))
        cohort.cursor = number * 10
        mailout = try await desk.find(mailout.id)
      }
      try await desk.settle(1, of: mailout.id)
      try await desk.settle(2, of: mailout.id, waiting: [message(21)])
      try await desk.call(.retryFailed, ["id": .integer(mailout.id)])
      #expect(try await desk.order(of: mailout.id)?.awaits == 3)
    }
  }

  @Test func aFinishedMailoutComesBackForItsFailedMessagesAlone() async throws {
    try await with { desk in
      let (mailout, _) = try await desk.started()
      try await desk.life.setAudience(mailout.id, count: 9)
      #expect(try await desk.life.finish(mailout.id, now: mailout.draft.endAt.addingTimeInterval(1)))
      try await desk.pool.query("update mailout.mailout set end_at = now() - interval '1 second'")
      let id = JSON.integer(mailout.id)
      let refused = await #expect(throws: Problem.self) { try await desk.call(.retryFailed, ["id": id]) }
      #expect(refused?.code == .conflict && refused?.detail.contains("end_at") == true)
      let end = Timestamp.format(.now.addingTimeInterval(300))
      try await desk.call(.retryFailed, ["id": id, "order": ["end_at": .string(end)]])
      let back = try await desk.find(mailout.id)
      #expect(back.status == .running && back.finishedAt == nil && back.draft.endAt > .now)
      // Nobody new is reached: what was not issued by its end stays so.
      #expect(try await desk.cohorts(of: mailout.id) == [])
      #expect(try await desk.acquired() == [mailout.id])
      #expect(try await desk.controls().last?.status == .running)
      #expect(try await desk.order(of: mailout.id)?.awaitsAll == true)
    }
  }

  @Test func nothingIsTakenForAPausedMailout() async throws {
    try await with { desk in
      let (mailout, _) = try await desk.started()
      try await desk.call(.pauseMailout, ["id": .integer(mailout.id)])
      try await desk.call(.retryFailed, ["id": .integer(mailout.id)])
      let retries = RetryStore(pool: desk.pool)
      let order = try #require(try await desk.order(of: mailout.id))
      #expect(try await retries.take([message(1)], order: order, mailoutID: mailout.id, next: nil) { _ in } == false)
      #expect(try await desk.number("select count(*) from mailout.waiting") == 0)
    }
  }
}
