import Contracts
import FoundationEssentials
import Postgres
import Testing

@testable import MailoutScheduler

/// Cohorts by zone, and reaching each customer once.
struct LocalHoursStoreTests {
  private func with(_ body: @Sendable (SchedulerDesk, Mailout, [Cohort]) async throws -> Void) async throws {
    try await ScratchDatabase.with(SchedulerMain.database) { pool in
      let desk = SchedulerDesk(pool)
      let id = try await desk.create(window: LocalWindow(from: 32_400, to: 75_600))
      let mailout = try #require(
        try await desk.life.start(id, now: .now, audienceThrough: 100, zones: ["Asia/Omsk", "UTC"]))
      try await body(desk, mailout, try await desk.cohorts(of: id))
    }
  }

  private func portion(_ cohort: Cohort, batch: Int64, customers: [Int64]) -> Portion {
    Portion(
      cohort: cohort, newCursor: 50, isExhausted: false, batches: [SchedulerDesk.batch(batch, count: customers.count)],
      reached: customers)
  }

  @Test func aMailoutWithLocalHoursHasACohortForEachZoneOneForTheRestAndAClosingOne() async throws {
    try await with { desk, mailout, cohorts async throws in
      #expect(cohorts.map(\.kind) == [.zone, .zone, .rest, .closing])
      #expect(cohorts.map(\.timezone) == ["Asia/Omsk", "UTC", nil, nil])
      #expect(mailout.draft.window == LocalWindow(from: 32_400, to: 75_600))
    }
  }

  @Test func aWindowThatCameOrWentSinceTheMailoutWasDueStartsNothing() async throws {
    try await ScratchDatabase.with(SchedulerMain.database) { pool in
      let desk = SchedulerDesk(pool)
      let plain = try await desk.create()
      let windowed = try await desk.create(window: LocalWindow(from: 0, to: 60))
      #expect(try await desk.life.start(plain, now: .now, audienceThrough: 1, zones: []) == nil)
      #expect(try await desk.life.start(windowed, now: .now, audienceThrough: 1) == nil)
      let due = try await desk.life.due(now: .now).due
      #expect(due == [.init(id: plain, hasWindow: false), .init(id: windowed, hasWindow: true)])
    }
  }

  @Test func aCustomerWhoChangedZoneIsReachedOnce() async throws {
    try await with { desk, mailout, cohorts async throws in
      #expect(try await desk.issues.issue(portion(cohorts[0], batch: 1, customers: [5, 6]), of: mailout) != nil)
      // 6 has moved to the other zone since. What was read before knows nothing of it, and is refused whole.
      #expect(try await desk.issues.reached([6, 7], by: mailout.id) == [6])
      #expect(try await desk.issues.issue(portion(cohorts[1], batch: 2, customers: [6, 7]), of: mailout) == nil)
      #expect(try await desk.number("select count(*) from mailout.batch") == 1)
      #expect(try await desk.issues.issue(portion(cohorts[1], batch: 2, customers: [7]), of: mailout) != nil)
      #expect(try await desk.number("select issued from mailout.mailout where id > 0") == 3)
    }
  }

  @Test func whoIsOutsideTheirHoursInTheClosingPassGetsAnIdAndWaits() async throws {
    try await with { desk, mailout, cohorts async throws in
      var closing = portion(cohorts[3], batch: 1, customers: [5])
      closing.reached = [5, 6]
      closing.deferred = [
        WaitingMessage(
          messageID: 22, customerID: 6, dueAt: Timestamp.microseconds(.now.addingTimeInterval(60)), status: .deferred,
          round: 0, hop: 0, attempts: 0, reason: "outside_hours")
      ]
      #expect(try await desk.issues.issue(closing, of: mailout) != nil)
      #expect(try await desk.number("select issued from mailout.mailout where id > 0") == 2)
      let lanes = try await desk.waiting.lanes(mailoutID: mailout.id, providers: ["default"])
      #expect(lanes.map(\.provider) == [nil])
      #expect(try await desk.waiting.due(mailoutID: mailout.id, now: .now, limit: 9) == [])
      // When the hour has come and is not theirs yet, they wait on at no attempt's cost.
      let later = Date.now.addingTimeInterval(120)
      #expect(
        try await desk.waiting.reissue([], batches: [], later: [(22, later)], mailout: try await desk.find(mailout.id))
        {
          _ in
        })
      #expect(try await desk.waiting.due(mailoutID: mailout.id, now: later.addingTimeInterval(-1), limit: 9) == [])
      #expect(try await desk.waiting.due(mailoutID: mailout.id, now: later, limit: 9).map(\.attempts) == [0])
    }
  }

  @Test func whoWasReachedIsForgottenWhenTheMailoutIsOver() async throws {
    try await with { desk, mailout, cohorts async throws in
      #expect(try await desk.issues.issue(portion(cohorts[0], batch: 1, customers: [5, 6]), of: mailout) != nil)
      try await desk.pool.query("insert into mailout.reached values (999, 1), (1000, 1)")
      try await desk.issues.purgeReached()
      #expect(try await desk.number("select count(*) from mailout.reached") == 2)
      try await desk.pool.query("update mailout.mailout set finished_at = now()")
      try await desk.issues.purgeReached()
      #expect(try await desk.number("select count(*) from mailout.reached") == 0)
    }
  }
}
