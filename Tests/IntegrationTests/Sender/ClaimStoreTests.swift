import Contracts
import Foundation
import Testing

@testable import Sender

/// A sender's right to a batch: one owner at a time, each take-over under a higher epoch, nothing written under an old one.
struct ClaimStoreTests {
  private static func batch(_ id: Int64, deadline: Date = .now.addingTimeInterval(600)) -> Batch {
    Batch(
      id: id, mailoutID: 1, provider: "default", issuedAt: 0, deadline: Timestamp.microseconds(deadline),
      messages: [BatchMessage(id: id * 10, customerID: 1, phone: "79160000001", text: "x")])
  }

  private static func result(_ id: Int64) -> MessageResult {
    .uncalled(
      .expired, "deadline", message: BatchMessage(id: id, customerID: 1, phone: "1", text: ""), mailoutID: 1, now: 5)
  }

  private static func epoch(_ answer: ClaimStore.Answer) -> Int? {
    guard case .granted(let epoch, _) = answer else { return nil }
    return epoch
  }

  @Test func twoCopiesAtOnceOneOwner() async throws {
    try await ScratchDatabase.with(SenderMain.database) { pool in
      let stores = (0..<8).map { ClaimStore(pool: pool, owner: "sender-\($0)", lease: .seconds(600)) }
      let granted = try await withThrowingTaskGroup(of: Bool.self) { group in
        for store in stores { group.addTask { Self.epoch(try await store.claim(Self.batch(1))) != nil } }
        return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(granted == 1)
    }
  }

  @Test func aLiveLeaseIsRespectedAndALapsedOneTakenOver() async throws {
    try await ScratchDatabase.with(SenderMain.database) { pool in
      let first = ClaimStore(pool: pool, owner: "first", lease: .seconds(600))
      let second = ClaimStore(pool: pool, owner: "second", lease: .seconds(600))
      #expect(Self.epoch(try await first.claim(Self.batch(1))) == 1)
      guard case .held(let left) = try await second.claim(Self.batch(1)) else {
        Issue.record("the second sender must wait")
        return
      }
      #expect(left > .seconds(60) && left <= .seconds(600))
      try await pool.query("update sender.claim set lease_until = now() - interval '1 second'")
      #expect(Self.epoch(try await second.claim(Self.batch(1))) == 2)
    }
  }

  @Test func aTakeOverFindsWhatIsDoneAndFencesTheOldOwner() async throws {
    try await ScratchDatabase.with(SenderMain.database) { pool in
      let old = ClaimStore(pool: pool, owner: "frozen", lease: .seconds(600))
      let new = ClaimStore(pool: pool, owner: "new", lease: .seconds(600))
      _ = try await old.claim(Self.batch(1))
      let done = JournalCodec.encode([Self.result(10)])
      // Written again, as when the first answer was lost.
      for _ in 0..<2 { #expect(try await old.append([(batchID: 1, epoch: 1, results: done)]) == [1]) }
      try await pool.query("update sender.claim set lease_until = now() - interval '1 second'")
      guard case .granted(let epoch, let results) = try await new.claim(Self.batch(1)) else {
        Issue.record("the lapsed claim must be granted")
        return
      }
      #expect(epoch == 2)
      #expect(results == [Self.result(10)])
      // Woken too late: nothing of it is written, and it is told.
      let late = JournalCodec.encode([Self.result(11)])
      #expect(try await old.append([(batchID: 1, epoch: 1, results: late)]) == [])
      #expect(try await new.append([(batchID: 1, epoch: 2, results: [])]) == [1])
      let rows = try await pool.query("select count(*) from sender.claim_entry")
      #expect(try rows.first?[0, as: Int64.self] == 2)
    }
  }

  @Test func aCopyAfterTheEndFindsTheTombstone() async throws {
    try await ScratchDatabase.with(SenderMain.database) { pool in
      let store = ClaimStore(pool: pool, owner: "a", lease: .seconds(600))
      _ = try await store.claim(Self.batch(1))
      try await store.settle([(batchID: 1, epoch: 1)])
      // However long ago that was.
      try await pool.query("update sender.claim set lease_until = now() - interval '1 second'")
      guard case .settled = try await store.claim(Self.batch(1)) else {
        Issue.record("a settled batch must never be granted again")
        return
      }
      try await store.purge()
      guard case .settled = try await store.claim(Self.batch(1)) else {
        Issue.record("a tombstone must stay while calls could still start")
        return
      }
    }
  }

  /// Let go while the broker was away, and another's by now: what it has heard of is still in the journal for them.
  @Test func nobodySettlesWhatIsAnothers() async throws {
    try await ScratchDatabase.with(SenderMain.database) { pool in
      let old = ClaimStore(pool: pool, owner: "old", lease: .seconds(600))
      let new = ClaimStore(pool: pool, owner: "new", lease: .seconds(600))
      _ = try await old.claim(Self.batch(1))
      let done = JournalCodec.encode([Self.result(10)])
      _ = try await old.append([(batchID: 1, epoch: 1, results: done)])
      try await old.release([(batchID: 1, epoch: 1)])
      try await old.settle([(batchID: 1, epoch: 1)])
      guard case .granted(let epoch, let results) = try await new.claim(Self.batch(1)) else {
        Issue.record("what was let go must be granted")
        return
      }
      #expect(results == [Self.result(10)])
      try await new.settle([(batchID: 1, epoch: epoch)])
      guard case .settled = try await old.claim(Self.batch(1)) else {
        Issue.record("its owner settles it")
        return
      }
    }
  }

  /// Its batch is a dead letter, or was thrown away.
  @Test func aClaimThatNobodyWillSettleGoesAtLast() async throws {
    try await ScratchDatabase.with(SenderMain.database) { pool in
      let store = ClaimStore(pool: pool, owner: "a", lease: .seconds(600))
      for id in [1, 2] as [Int64] {
        _ = try await store.claim(Self.batch(id))
        let results = JournalCodec.encode([Self.result(id * 10)])
        _ = try await store.append([(batchID: id, epoch: 1, results: results)])
      }
      try await pool.query(
        "update sender.claim set deadline = now() - interval '8 days', lease_until = now() - interval '8 days' where batch_id = 1"
      )
      try await pool.query("update sender.claim set deadline = now() - interval '8 days' where batch_id = 2")
      try await store.purge()
      let left = try await pool.query(
        "select batch_id from sender.claim union all select batch_id from sender.claim_entry")
      #expect(try left.map { try $0[0, as: Int64.self] } == [2, 2])
    }
  }

  @Test func aReleasedClaimIsFreeAtOnce() async throws {
    try await ScratchDatabase.with(SenderMain.database) { pool in
      let first = ClaimStore(pool: pool, owner: "first", lease: .seconds(600))
      let second = ClaimStore(pool: pool, owner: "second", lease: .seconds(600))
      _ = try await first.claim(Self.batch(1))
      try await first.release([(batchID: 1, epoch: 1)])
      // What of its own was still on its way neither keeps the claim nor writes to it.
      let late = JournalCodec.encode([Self.result(10)])
      #expect(try await first.append([(batchID: 1, epoch: 1, results: late)]) == [])
      #expect(Self.epoch(try await second.claim(Self.batch(1))) == 3)
      // Nobody gives away what is another's.
      try await first.release([(batchID: 1, epoch: 1)])
      #expect(Self.epoch(try await first.claim(Self.batch(1))) == nil)
    }
  }
}
