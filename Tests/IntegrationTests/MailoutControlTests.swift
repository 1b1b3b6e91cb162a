import Contracts
import FoundationEssentials
import Postgres
import Testing

@testable import MailoutScheduler

/// Pause, resume, cancel and changes of a running mailout: the transaction, what senders hear, and what is refused.
struct MailoutControlTests {
  private func with(_ body: @Sendable (SchedulerDesk) async throws -> Void) async throws {
    try await ScratchDatabase.with(SchedulerMain.database) { try await body(SchedulerDesk($0)) }
  }

  private func refusal(_ body: () async throws -> Void) async -> Problem? {
    do {
      try await body()
      return nil
    } catch {
      return error as? Problem
    }
  }

  @Test func pauseResumeAndCancelAreToldToSendersWithRisingRevisions() async throws {
    try await with { desk in
      let (mailout, _) = try await desk.started()
      let id = JSON.integer(mailout.id)
      try await desk.call(.pauseMailout, ["id": id, "reason": "too many rejections"])
      #expect(try await desk.call(.readMailout, ["id": id])["pause_reason"] == "too many rejections")
      try await desk.call(.resumeMailout, ["id": id])
      #expect(try await desk.call(.readMailout, ["id": id])["pause_reason"] == .null)
      try await desk.call(.cancelMailout, ["id": id])
      let controls = try await desk.controls()
      #expect(controls.map(\.status) == [.paused, .running, .cancelled])
      #expect(controls.map(\.revision) == controls.map(\.revision).sorted())
      #expect(Set(controls.map(\.revision)).count == 3)
      #expect(controls.first.map { $0.revision > mailout.revision } == true)
      let types = try await desk.pool.query("select type from mailout.event order by id").map {
        try $0[0, as: String.self]
      }
      #expect(
        types == ["mailout.started.v1", "mailout.paused.v1", "mailout.resumed.v1", "mailout.cancelled.v1"])
    }
  }

  @Test func whatCannotBeDoneIsRefusedAndChangesNothing() async throws {
    try await with { desk in
      let scheduled = JSON.integer(try await desk.create(start: .now.addingTimeInterval(100)))
      #expect(await refusal { try await desk.call(.pauseMailout, ["id": scheduled]) }?.code == .conflict)
      #expect(await refusal { try await desk.call(.resumeMailout, ["id": scheduled]) }?.code == .conflict)
      let (mailout, _) = try await desk.started()
      let id = JSON.integer(mailout.id)
      #expect(await refusal { try await desk.call(.deleteMailout, ["id": id]) }?.detail.contains("cancel") == true)
      #expect(await refusal { try await desk.call(.resumeMailout, ["id": id]) }?.code == .conflict)
      #expect(await refusal { try await desk.call(.pauseMailout, ["id": id, "why": "x"]) }?.code == .invalid)
      #expect(await refusal { try await desk.call(.pauseMailout, ["id": id, "if_match": "1"]) }?.code == .stale)
      for changes: JSON in [
        ["text": "new"], ["start_at": "2030-01-01T00:00:00Z"], ["filter": ["tags": ["vip"]]], ["name": "other"],
      ] {
        let refused = await refusal { try await desk.call(.updateMailout, ["id": id, "changes": changes]) }
        #expect(refused?.code == .conflict, "\(changes)")
      }
      #expect(try await desk.controls() == [])
      #expect(try await desk.find(mailout.id) == mailout)
    }
  }

  /// Whatever the change says, and however long ago the end was.
  @Test(arguments: [MailoutStatus.finished, .cancelled]) func oneThatIsOverIsNotChangedAnyMore(_ status: MailoutStatus)
    async throws
  {
    try await with { desk in
      let (mailout, _) = try await desk.started()
      try await desk.pool.query(
        """
        update mailout.mailout set status = \(status.rawValue), end_at = now() - interval '1 hour',
          start_at = now() - interval '2 hours' where id = \(mailout.id)
        """)
      let id = JSON.integer(mailout.id)
      let whole: JSON = ["text": "new", "end_at": "2020-01-01T00:00:00Z"]
      for (operation, member, body): (Contracts.Operation, String, JSON) in [
        (.updateMailout, "changes", ["text": "new"]), (.updateMailout, "changes", ["rate_limit": 5]),
        (.updateMailout, "changes", ["end_at": "2020-01-01T00:00:00Z"]),
        (.updateMailout, "changes", ["colour": "red"]), (.replaceMailout, "body", whole),
      ] {
        let refused = await refusal { try await desk.call(operation, .object(["id": id, member: body])) }
        #expect(refused?.code == .conflict && refused?.detail.contains(status.rawValue) == true, "\(body)")
      }
      // Who has not seen the last version hears of that first.
      let stale = await refusal {
        try await desk.call(.updateMailout, ["id": id, "changes": ["text": "new"], "if_match": "0"])
      }
      #expect(stale?.code == .stale)
    }
  }

  /// It has been reached, and is just being drained.
  @Test func whatCanStillChangeIsNotHeldAgainstTheEnd() async throws {
    try await with { desk in
      let (mailout, _) = try await desk.started()
      try await desk.pool.query(
        """
        update mailout.mailout set end_at = now() - interval '1 second', start_at = now() - interval '2 hours'
        where id = \(mailout.id)
        """)
      let id = JSON.integer(mailout.id)
      try await desk.call(.updateMailout, ["id": id, "changes": ["rate_limit": 5]])
      let refused = await refusal { try await desk.call(.updateMailout, ["id": id, "changes": ["text": "new"]]) }
      #expect(refused?.code == .conflict)
      let past = await refusal {
        try await desk.call(.updateMailout, ["id": id, "changes": ["end_at": "2020-01-01T00:00:00Z"]])
      }
      #expect(past?.code == .invalid)
    }
  }

  @Test func aNewEndAndANewRateOfARunningMailoutReachSenders() async throws {
    try await with { desk in
      let (mailout, _) = try await desk.started()
      let end = Date(timeIntervalSince1970: (Date.now.timeIntervalSince1970 + 900).rounded())
      try await desk.call(
        .updateMailout,
        ["id": .integer(mailout.id), "changes": ["end_at": .string(Timestamp.format(end)), "rate_limit": 7]])
      let control = try #require(try await desk.controls().last)
      #expect(control.deadline == Timestamp.microseconds(end))
      #expect(control.rateLimit == 7)
      #expect(control.status == .running)
      // Null takes the rate away; naming what stands is no change.
      try await desk.call(
        .updateMailout, ["id": .integer(mailout.id), "changes": ["rate_limit": nil, "text": "y", "name": "x"]])
      #expect(try await desk.controls().last?.rateLimit == nil)
    }
  }

  @Test func aBatchReadBeforeAPauseIsNotIssuedAfterIt() async throws {
    try await with { desk in
      let (mailout, cohort) = try await desk.started()
      try await desk.call(.pauseMailout, ["id": .integer(mailout.id)])
      #expect(try await desk.issue(1, of: mailout, from: cohort, to: 50) == false)
      try await desk.call(.resumeMailout, ["id": .integer(mailout.id)])
      // Nor does what was read before the pause come back with the resumption.
      #expect(try await desk.issue(1, of: mailout, from: cohort, to: 50) == false)
      #expect(try await desk.issue(1, of: try await desk.find(mailout.id), from: cohort, to: 50))
    }
  }

  @Test func aWaitingMessageStaysWhereItsMailoutIsPaused() async throws {
    try await with { desk in
      let (mailout, cohort) = try await desk.started()
      #expect(try await desk.issue(1, of: mailout, from: cohort, to: 50))
      try await desk.settle(1, of: mailout.id, waiting: [Self.message(11)])
      let read = try await desk.find(mailout.id)
      try await desk.call(.pauseMailout, ["id": .integer(mailout.id)])
      #expect(
        try await desk.waiting.reissue([11], batches: [SchedulerDesk.batch(2)], mailout: read) { _ in } == false)
      #expect(try await desk.waiting.due(mailoutID: mailout.id, now: .now, limit: 9).count == 1)
    }
  }

  @Test func aCancelledMailoutIsDrivenUntilItIsDrained() async throws {
    try await with { desk in
      let (mailout, cohort) = try await desk.started()
      try await desk.life.setAudience(mailout.id, count: 10)
      #expect(try await desk.issue(1, of: try await desk.find(mailout.id), from: cohort, to: 50))
      try await desk.call(.cancelMailout, ["id": .integer(mailout.id)])
      #expect(try await desk.acquired() == [mailout.id])
      #expect(try await desk.life.finish(mailout.id, now: .now) == false)
      #expect(
        await refusal { try await desk.call(.deleteMailout, ["id": .integer(mailout.id)]) }?.code == .conflict)
      #expect(try await desk.call(.controlSnapshot, [:])["mailouts"] != .array([]))
      try await desk.settle(1, of: mailout.id)
      #expect(try await desk.life.finish(mailout.id, now: .now))
      let over = try await desk.find(mailout.id)
      #expect(over.status == .cancelled && over.finishedAt != nil && over.notReached == 8)
      #expect(try await desk.acquired() == [])
      #expect(try await desk.call(.controlSnapshot, [:])["mailouts"] == .array([]))
      try await desk.call(.deleteMailout, ["id": .integer(mailout.id)])
    }
  }

  @Test func aScheduledMailoutThatIsCancelledIsOverAtOnceAndNeverStarts() async throws {
    try await with { desk in
      let id = try await desk.create()
      try await desk.call(.cancelMailout, ["id": .integer(id)])
      #expect(try await desk.find(id).finishedAt != nil)
      #expect(try await desk.life.due(now: .now).due == [])
      #expect(try await desk.life.start(id, now: .now, audienceThrough: 1) == nil)
    }
  }

  /// What was never reached could not be told before the audience is counted.
  @Test func aMailoutThatEndsEarlyWaitsForItsCount() async throws {
    try await with { desk in
      let (mailout, _) = try await desk.started()
      let after = mailout.draft.endAt.addingTimeInterval(1)
      #expect(try await desk.life.finish(mailout.id, now: after) == false)
      try await desk.life.setAudience(mailout.id, count: 3)
      #expect(try await desk.life.finish(mailout.id, now: after))
      #expect(try await desk.find(mailout.id).notReached == 3)
    }
  }

  @Test func aFullWaitingSetEndsInLargeSteps() async throws {
    try await with { desk in
      let (mailout, _) = try await desk.started()
      try await desk.pool.query(
        """
        insert into mailout.waiting (message_id, mailout_id, customer_id, due_at, status, round, hop, attempts)
        select n, \(mailout.id), n, now(), 'retrying', 0, 0, 1 from generate_series(1, 12000) n
        """)
      let gone = try await desk.pool.withTransaction {
        try await WaitingStore.remove(mailoutID: mailout.id, limit: WaitingRoom.step, on: $0)
      }
      #expect(gone.count == WaitingRoom.step)
      #expect(try await desk.number("select count(*) from mailout.waiting") == 7000)
    }
  }

  private static func message(_ id: Int64) -> WaitingMessage {
    WaitingMessage(
      messageID: id, customerID: 5, dueAt: 0, status: .retrying, round: 0, hop: 0, attempts: 1, reason: "http_503")
  }
}
