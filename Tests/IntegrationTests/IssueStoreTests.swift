import Contracts
import Foundation
import Messaging
import Postgres
import Testing

@testable import MailoutScheduler

/// The scheduler's transactions: whoever loses a race has done nothing.
struct IssueStoreTests {
  @Test func ofManyReplicasOneStartsAMailout() async throws {
    try await ScratchDatabase.with(SchedulerMain.database) { pool in
      let id = try await SchedulerDesk(pool, owner: "creator").create()
      let started = try await withThrowingTaskGroup(of: Bool.self) { group in
        for number in 0..<6 {
          group.addTask {
            try await SchedulerDesk(pool, owner: "replica-\(number)").life.start(id, now: .now, audienceThrough: 9)
              != nil
          }
        }
        return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(started == 1)
      #expect(try await pool.query("select count(*) from mailout.cohort").first?[0, as: Int64.self] == 1)
      #expect(
        try await pool.query("select count(*) from mailout.event where type = 'mailout.started.v1'")
          .first?[0, as: Int64.self] == 1)
    }
  }

  @Test func aMailoutDoesNotStartBeforeItsTime() async throws {
    try await ScratchDatabase.with(SchedulerMain.database) { pool in
      let desk = SchedulerDesk(pool, owner: "a")
      let id = try await desk.create(start: .now.addingTimeInterval(300))
      #expect(try await desk.life.due(now: .now).due == [])
      #expect(try await desk.life.start(id, now: .now, audienceThrough: 9) == nil)
      #expect(try await desk.life.due(now: .now.addingTimeInterval(301)).due.map(\.id) == [id])
    }
  }

  @Test func theCursorMovesOnceFromEachValueAndTakesItsBatchesAlong() async throws {
    try await ScratchDatabase.with(SchedulerMain.database) { pool in
      let desk = SchedulerDesk(pool, owner: "a")
      let id = try await desk.create()
      let mailout = try #require(try await desk.life.start(id, now: .now, audienceThrough: 100))
      let cohort = try #require(try await desk.cohorts(of: id).first)
      let wins = try await withThrowingTaskGroup(of: Bool.self) { group in
        for number in 1...6 {
          group.addTask { try await desk.issue(Int64(number), of: mailout, from: cohort, to: 50) }
        }
        return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(wins == 1)
      #expect(try await pool.query("select count(*) from mailout.batch").first?[0, as: Int64.self] == 1)
      #expect(try await pool.query("select issued from mailout.mailout where id > 0").first?[0, as: Int64.self] == 2)
      #expect(try await desk.cohorts(of: id).first?.cursor == 50)
    }
  }

  /// To whoever issues its messages a mailout is no other for its audience having been seen, and the first count stands.
  @Test func theAudienceIsWrittenWithTheFirstPortionAndChangesNoFence() async throws {
    try await ScratchDatabase.with(SchedulerMain.database) { pool in
      let desk = SchedulerDesk(pool)
      let (read, first) = try await desk.started()
      func portion(_ batch: Int64, _ cohort: Cohort, to cursor: Int64, audience: Int64?) -> Portion {
        Portion(
          cohort: cohort, newCursor: cursor, isExhausted: false, batches: [SchedulerDesk.batch(batch)],
          audience: audience)
      }
      let issued = try #require(try await desk.issues.issue(portion(1, first, to: 10, audience: 7), of: read))
      #expect(issued.audience == 7 && issued.issued == 2)
      #expect(issued.revision == read.revision + 1 && issued.fence == read.fence)
      #expect(try await desk.find(read.id) == issued)
      var second = first
      second.cursor = 10
      let again = try #require(try await desk.issues.issue(portion(2, second, to: 20, audience: 99), of: issued))
      #expect(again.audience == 7 && again.issued == 4 && again.revision == issued.revision)
      try await desk.life.setAudience(read.id, count: 98)
      #expect(try await desk.find(read.id).audience == 7)
    }
  }

  @Test func aDriverThatHasLostItsLeaseIssuesNothing() async throws {
    try await ScratchDatabase.with(SchedulerMain.database) { pool in
      let (old, new) = (SchedulerDesk(pool, owner: "old"), SchedulerDesk(pool, owner: "new"))
      let id = try await old.create()
      let mailout = try #require(try await old.life.start(id, now: .now, audienceThrough: 100))
      let cohort = try #require(try await old.cohorts(of: id).first)
      #expect(try await new.acquired() == [])
      try await pool.query("update mailout.mailout set lease_until = now() - interval '1 second'")
      #expect(try await new.acquired() == [id])
      #expect(try await old.issue(1, of: mailout, from: cohort, to: 50) == false)
      #expect(try await pool.query("select count(*) from mailout.batch").first?[0, as: Int64.self] == 0)
      #expect(try await new.cohorts(of: id).first?.cursor == 0)
    }
  }

  @Test func aBatchSettledTwiceCountsOnceAndItsWaitingMessagesWaitOnce() async throws {
    try await ScratchDatabase.with(SchedulerMain.database) { pool in
      let desk = SchedulerDesk(pool, owner: "a")
      let id = try await desk.create()
      let mailout = try #require(try await desk.life.start(id, now: .now, audienceThrough: 100))
      let cohort = try #require(try await desk.cohorts(of: id).first)
      #expect(try await desk.issue(1, of: mailout, from: cohort, to: 50))
      let waiting = WaitingMessage(
        messageID: 11, customerID: 5, dueAt: 0, status: .retrying, round: 0, hop: 0, attempts: 1, reason: "http_503")
      let settled = BatchSettled(batchID: 1, mailoutID: id, provider: "default", count: 2, waiting: [waiting])
      for _ in 0..<2 { _ = try await desk.batches.settle([settled]) }
      let load = try await desk.batches.load(of: "default", grace: .seconds(3))
      #expect(load.outstanding == 0 && load.settled == 2)
      #expect(try await desk.waiting.due(mailoutID: id, now: .now, limit: 10) == [waiting])
      // It is issued again exactly once, and a settled copy of the first issue that comes late does not bring it back.
      let again = SchedulerDesk.batch(2, count: 1)
      #expect(try await desk.waiting.reissue([11], batches: [again], mailout: mailout) { _ in })
      #expect(try await desk.waiting.reissue([11], batches: [again], mailout: mailout) { _ in } == false)
      _ = try await desk.batches.settle([settled])
      #expect(try await desk.waiting.due(mailoutID: id, now: .now, limit: 10) == [])
    }
  }

  @Test func aMailoutFinishesOnlyWhenNothingIsLeft() async throws {
    try await ScratchDatabase.with(SchedulerMain.database) { pool in
      let desk = SchedulerDesk(pool, owner: "a")
      let id = try await desk.create()
      let mailout = try #require(try await desk.life.start(id, now: .now, audienceThrough: 100))
      let cohort = try #require(try await desk.cohorts(of: id).first)
      #expect(try await desk.life.finish(id, now: .now) == false)
      #expect(
        try await desk.issue(1, of: mailout, from: cohort, to: 100, exhausted: true))
      #expect(try await desk.life.finish(id, now: .now) == false)
      let waiting = WaitingMessage(
        messageID: 11, customerID: 5, dueAt: 0, status: .retrying, round: 0, hop: 0, attempts: 1, reason: nil)
      _ = try await desk.batches.settle([
        BatchSettled(batchID: 1, mailoutID: id, provider: "default", count: 2, waiting: [waiting])
      ])
      #expect(try await desk.life.finish(id, now: .now) == false)
      #expect(try await desk.waiting.reissue([11], batches: [], mailout: mailout) { _ in })
      #expect(try await SchedulerDesk(pool, owner: "b").life.finish(id, now: .now) == false)
      #expect(try await desk.life.finish(id, now: .now))
      #expect(
        try await pool.query("select not_reached from mailout.mailout where id > 0").first?[0, as: Int64.self] == 0)
    }
  }

  @Test func unpublishedBatchesAreTakenByOneReplicaEach() async throws {
    try await ScratchDatabase.with(SchedulerMain.database) { pool in
      let desk = SchedulerDesk(pool, owner: "a")
      let id = try await desk.create()
      let mailout = try #require(try await desk.life.start(id, now: .now, audienceThrough: 100))
      var cohort = try #require(try await desk.cohorts(of: id).first)
      for number in 1...20 {
        #expect(try await desk.issue(Int64(number), of: mailout, from: cohort, to: Int64(number)))
        cohort.cursor = Int64(number)
      }
      #expect(try await desk.batches.takeUnpublished(limit: 100).isEmpty)
      try await pool.query("update mailout.batch set publish_lease = now() - interval '1 second'")
      let taken = try await withThrowingTaskGroup(of: [Int64].self) { group in
        for number in 0..<4 {
          group.addTask {
            try await SchedulerDesk(pool, owner: "r\(number)").batches.takeUnpublished(limit: 8).map(\.id)
          }
        }
        return try await group.reduce([], +)
      }
      #expect(Set(taken).count == taken.count)
      #expect(taken.count == 20)
    }
  }
}
