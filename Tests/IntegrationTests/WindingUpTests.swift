import Contracts
import Foundation
import Postgres
import Testing

@testable import MailoutScheduler

/// Only the end that holds ends a mailout: a driver that slept, or read a moment too early, ends nothing.
struct WindingUpTests {
  /// What a driver may have missed.
  enum Missed: CaseIterable {
    case newEnd, otherDriver, nothingTheEndIsAhead
  }

  /// A mailout that has one waiting, one order open, and one batch out.
  private func with(_ body: @Sendable (SchedulerDesk, Mailout) async throws -> Void) async throws {
    try await ScratchDatabase.with(SchedulerMain.database) { pool in
      let desk = SchedulerDesk(pool)
      let (mailout, cohort) = try await desk.started()
      try await desk.life.setAudience(mailout.id, count: 2)
      let message = BatchMessage(id: 1, customerID: 5, phone: "7", text: "x")
      let batch = Batch(
        id: 1, mailoutID: mailout.id, provider: "default", issuedAt: 0, deadline: 0, messages: [message])
      let issued = IssuedBatch(id: 1, provider: "default", body: batch.envelope, count: 1)
      #expect(
        try await desk.issues.issue(
          Portion(cohort: cohort, newCursor: 100, isExhausted: true, batches: [issued]),
          of: try await desk.find(mailout.id)) != nil)
      try await WaitingStoreSeed.insert([(11, 6)], mailout: mailout.id, on: pool)
      try await desk.call(.retryFailed, ["id": .integer(mailout.id)])
      try await body(desk, try await desk.find(mailout.id))
    }
  }

  private func left(_ desk: SchedulerDesk) async throws -> [Int64] {
    [
      try await desk.number("select count(*) from mailout.waiting"),
      try await desk.number("select count(*) from mailout.retry_order where finished_at is null"),
      try await desk.number("select count(*) from mailout.batch"),
    ]
  }

  @Test(arguments: Missed.allCases) func whoMissedSomethingEndsNothing(_ missed: Missed) async throws {
    try await with { desk, read in
      // The end, as it was read, has come long ago.
      var now = read.draft.endAt.addingTimeInterval(DriverTools.patience + 1)
      switch missed {
      case .newEnd:
        let end = Timestamp.format(read.draft.endAt.addingTimeInterval(3600))
        try await desk.call(.updateMailout, ["id": .integer(read.id), "changes": ["end_at": .string(end)]])
      case .otherDriver: try await desk.handOver(read.id)
      case .nothingTheEndIsAhead: now = read.draft.endAt.addingTimeInterval(-1)
      }
      let tools = desk.tools()
      let abandoned: Void? = try await desk.life.whenOver(read, now: now) {
        try await RetryStore.abandon(read.id, on: $0)
      }
      #expect(abandoned == nil)
      #expect(try await WaitingRoom(tools: tools, mailout: read).end(now: now) == false)
      if missed != .nothingTheEndIsAhead { #expect(try await tools.abandonOverdue(read, now: now) == false) }
      let turn = try await MailoutDriver(id: read.id, tools: tools, bell: Bell()).windUp(read, now: now)
      guard case .stale = turn else { throw Unexpected(turn: turn) }
      #expect(try await left(desk) == [1, 1, 1])
      #expect(try await desk.outcomes().isEmpty)
    }
  }

  @Test func whoKnowsTheEndEndsEverything() async throws {
    try await with { desk, read in
      let driver = MailoutDriver(id: read.id, tools: desk.tools(), bell: Bell())
      // A batch is waited for a while longer.
      guard case .idle = try await driver.windUp(read, now: read.draft.endAt) else { throw Unexpected() }
      #expect(try await left(desk) == [0, 0, 1])
      let late = read.draft.endAt.addingTimeInterval(DriverTools.patience + 1)
      guard case .over = try await driver.windUp(read, now: late) else { throw Unexpected() }
      #expect(try await left(desk) == [0, 0, 0])
      #expect(try await desk.outcomes().map(\.status) == [.expired, .expired])
    }
  }

  /// With all senders down an end is moved earlier and comes, and the batch in the queue says the old one: a sender that
  /// starts then must hear of it, until the old one is over too.
  @Test(arguments: [false, true]) func sendersHearOfAFormerEnd(isDeleted: Bool) async throws {
    try await with { desk, read in
      let id = JSON.integer(read.id)
      let (former, end) = (read.draft.endAt, read.draft.endAt.addingTimeInterval(-300))
      try await desk.call(.updateMailout, ["id": id, "changes": ["end_at": .string(Timestamp.format(end))]])
      let moved = try await desk.find(read.id)
      let late = end.addingTimeInterval(DriverTools.patience + 1)
      let driver = MailoutDriver(id: read.id, tools: desk.tools(), bell: Bell())
      guard case .over = try await driver.windUp(moved, now: late) else { throw Unexpected() }
      if isDeleted { try await desk.call(.deleteMailout, ["id": id]) }
      let snapshot = try await desk.call(.controlSnapshot, [:])
      let told = try JSONDecoder().decode(ControlSnapshot.self, from: Data(snapshot.bytes)).mailouts
      #expect(told.map(\.status) == [.finished])
      #expect(told.map(\.deadline) == [Timestamp.microseconds(moved.draft.endAt)])
      #expect(told.map(\.formerDeadline) == [Timestamp.microseconds(former)])
      #expect(told.allSatisfy { $0.revision > read.revision })
      // Those that run hear it too: they may never have known of the mailout before.
      #expect(try await desk.controls().last?.formerDeadline == Timestamp.microseconds(former))
      try await desk.pool.query("update mailout.mailout set former_end = now()")
      try await desk.pool.query("update mailout.deleted_early set former_end = now()")
      #expect(try await desk.call(.controlSnapshot, [:])["mailouts"] == .array([]))
    }
  }

  private struct Unexpected: Error {
    var turn: MailoutDriver.Turn?
  }
}
