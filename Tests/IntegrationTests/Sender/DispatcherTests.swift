import Contracts
import Foundation
import Testing

@testable import Sender

/// Between a claimed batch and its settlement: control, claims and the circuit, on a real database; ends in
/// DispatcherTests+Ends.swift.
@Suite(.timeLimit(.minutes(20))) struct DispatcherTests {
  static func batch(_ id: Int64 = 1, count: Int = 10, mailoutID: Int64 = 7, seconds: Double = 3600) -> Batch {
    Batch(
      id: id, mailoutID: mailoutID, revision: 3, provider: "default", issuedAt: 0, asOf: 1,
      deadline: Timestamp.microseconds(.now.addingTimeInterval(seconds)),
      messages: (0..<count).map {
        // 0 is nobody: the test of a text.
        BatchMessage(
          id: id * 1000 + Int64($0), customerID: Int64($0 == 0 ? count : $0), phone: "79160000001", text: "x",
          attempts: 2)
      })
  }

  static func control(
    _ status: MailoutStatus, revision: Int64 = 4, deadline: Date = .now.addingTimeInterval(3600)
  ) -> MailoutControl {
    MailoutControl(
      mailoutID: 7, revision: revision, status: status, deadline: Timestamp.microseconds(deadline), rateLimit: nil)
  }

  /// A copy that may make one call at once, which stays without an answer.
  static func withHangingCopy(
    _ body: @escaping @Sendable (SenderCopy) async throws -> Void
  ) async throws {
    try await ScratchDatabase.with(SenderMain.database) { pool in
      let row = try await SenderCopy.row(pool) { $0.concurrency = 1 }
      let copy = SenderCopy("a", pool: pool, row: row, reply: nil)
      try await copy.run {
        try await copy.accept(batch())
        try await copy.provider.calls.first { _ in true }
        try await body(copy)
      }
      #expect(copy.provider.calls.events.count == 1)
    }
  }

  static func nine(_ copy: SenderCopy, _ status: MessageStatus, _ reason: String) async throws {
    for id in Int64(1001)...1009 { try await copy.wire.outcomes.first { $0.messageID == id } }
    let outcomes = copy.wire.outcomes.events
    #expect(outcomes.count == 9)
    #expect(outcomes.allSatisfy { $0.status == status && $0.attempts == 2 })
    #expect(Set(outcomes.map(\.reason)) == [reason])
  }

  @Test func aPauseSettlesWhatWaitsAtOnce() async throws {
    try await Self.withHangingCopy { copy in
      await copy.tell(Self.control(.paused))
      try await Self.nine(copy, .deferred, "paused")
      // The call under way ends, and the batch goes home with nine that wait.
      copy.provider.answer(ScriptedProvider.ok)
      let settled = try await copy.wire.settled.first { $0.batchID == 1 }
      #expect(settled.count == 10)
      #expect(settled.waiting.count == 9)
      #expect(settled.waiting.allSatisfy { $0.attempts == 2 && $0.dueAt <= Timestamp.microseconds(.now) })
      let delivery = try await copy.deliveries.first { _ in true }
      #expect(delivery.settlement == .acked)
    }
  }

  @Test func aCancelSettlesWhatWaitsAtOnce() async throws {
    try await Self.withHangingCopy { copy in
      await copy.tell(Self.control(.cancelled))
      try await Self.nine(copy, .cancelled, "cancelled")
    }
  }

  @Test func anOptOutEndsWhatIsQueuedWithoutACall() async throws {
    try await Self.withHangingCopy { copy in
      let (out, gone) = (1...5, 6...9)
      await copy.tell(
        out.map { ConsentChange(customerID: Int64($0), revision: 2, state: .optedOut, at: 5) }
          + gone.map { ConsentChange(customerID: Int64($0), revision: 2, state: .deleted, at: 5) })
      for id in Int64(1001)...1009 { try await copy.wire.outcomes.first { $0.messageID == id } }
      let outcomes = copy.wire.outcomes.events
      #expect(outcomes.allSatisfy { $0.status == .cancelled && $0.attempts == 2 })
      #expect(Set(outcomes.filter { $0.reason == "opted_out" }.map(\.customerID)) == Set(out.map(Int64.init)))
      #expect(Set(outcomes.filter { $0.reason == "customer_gone" }.map(\.customerID)) == Set(gone.map(Int64.init)))
    }
  }

  /// It may lie in a queue for longer than opt-outs are remembered: then its customers are read anew.
  @Test func aBatchOlderThanWhatIsKnownGoesBack() async throws {
    try await ScratchDatabase.with(SenderMain.database) { pool in
      let copy = SenderCopy("a", pool: pool, row: try await SenderCopy.row(pool))
      try await copy.run {
        var (old, unknown) = (Self.batch(1), Self.batch(2))
        old.asOf = -1
        unknown.asOf = nil
        try await copy.accept(old)
        try await copy.accept(unknown)
        for id: Int64 in [1, 2] {
          let settled = try await copy.wire.settled.first { $0.batchID == id }
          #expect(settled.waiting.count == 10)
          #expect(settled.waiting.allSatisfy { $0.status == .deferred && $0.reason == "customer_outdated" })
          #expect(settled.waiting.allSatisfy { $0.attempts == 2 && $0.dueAt <= Timestamp.microseconds(.now) })
        }
        try await copy.accept(Self.batch(3))
        let settled = try await copy.wire.settled.first { $0.batchID == 3 }
        #expect(settled.waiting.isEmpty)
      }
      #expect(Set(copy.provider.calls.events.map { $0.id / 1000 }) == [3])
    }
  }

  /// SIGSTOP past the lease: what it wakes up with is another's.
  @Test func aFrozenSenderCallsNothingWhenItWakes() async throws {
    try await ScratchDatabase.with(SenderMain.database) { pool in
      let row = try await SenderCopy.row(pool) { $0.concurrency = 2 }
      let (frozen, other) = (
        SenderCopy("frozen", pool: pool, row: row, reply: nil), SenderCopy("other", pool: pool, row: row)
      )
      try await frozen.run {
        try await frozen.accept(Self.batch(seconds: 36_000))
        try await frozen.provider.calls.first { $0.id == 1001 }
        frozen.freeze(for: .seconds(7200))
        try await pool.query("update sender.claim set lease_until = now() - interval '1 second'")
        try await other.run {
          try await other.accept(Self.batch(seconds: 36_000))
          let settled = try await other.wire.settled.first { $0.batchID == 1 }
          #expect(settled.count == 10)
        }
        frozen.provider.answer(ScriptedProvider.ok)
        let delivery = try await frozen.deliveries.first { _ in true }
        #expect(delivery.settlement == .requeued)
      }
      // The two under way when it froze, and no more.
      #expect(frozen.provider.calls.events.count == 2)
      #expect(other.provider.calls.events.count == 10)
      #expect(frozen.wire.outcomes.events.isEmpty)
    }
  }

  /// The next owner calls only what the journal does not have.
  @Test func aTakeOverCallsTheRest() async throws {
    try await ScratchDatabase.with(SenderMain.database) { pool in
      let row = try await SenderCopy.row(pool) { $0.concurrency = 4 }
      let (first, second) = (SenderCopy("first", pool: pool, row: row), SenderCopy("second", pool: pool, row: row))
      let batch = Self.batch()
      _ = try await first.store.claim(batch)
      let done = batch.messages.prefix(6).map {
        MessageResult.uncalled(.sent, "duplicate", message: $0, mailoutID: 7, now: 5)
      }
      _ = try await first.store.append([(batchID: 1, epoch: 1, results: JournalCodec.encode(Array(done)))])
      try await first.store.release([(batchID: 1, epoch: 1)])
      try await second.run {
        try await second.accept(batch)
        let settled = try await second.wire.settled.first { $0.batchID == 1 }
        #expect(settled.waiting.isEmpty)
      }
      #expect(Set(second.provider.calls.events.map(\.id)) == Set(batch.messages.dropFirst(6).map(\.id)))
      // Statistics hear of all ten, also of those the first one may not have told.
      #expect(Set(second.wire.outcomes.events.map(\.messageID)).count == 10)
      let isTakenAgain = try await first.take(batch)
      #expect(!isTakenAgain)
    }
  }

  /// Nobody knows what has been paused or cancelled before the snapshot has come.
  @Test func nothingIsCalledWithoutAControlSnapshot() async throws {
    try await ScratchDatabase.with(SenderMain.database) { pool in
      let copy = SenderCopy("a", pool: pool, row: try await SenderCopy.row(pool))
      try await copy.run {
        await copy.allow(false)
        try await copy.accept(Self.batch())
        for _ in 0..<3 { await copy.tell(Self.control(.running)) }
        let allowed = ContinuousClock.now
        await copy.allow()
        try await copy.wire.settled.first { $0.batchID == 1 }
        #expect(copy.provider.calls.events.allSatisfy { $0.at >= allowed })
      }
    }
  }

  /// Its database still answers, so its leases would be renewed for ever.
  @Test func aSenderWithoutItsBrokerLetsGoOfWhatItIsNotCalling() async throws {
    try await ScratchDatabase.with(SenderMain.database) { pool in
      let row = try await SenderCopy.row(pool) { $0.concurrency = 1 }
      let (cut, other) = (
        SenderCopy("cut", pool: pool, row: row, reply: nil, lease: .seconds(36_000)),
        SenderCopy("other", pool: pool, row: row)
      )
      try await cut.run {
        for id in Int64(1)...2 { try await cut.accept(Self.batch(id, seconds: 360_000)) }
        let call = try await cut.provider.calls.first { _ in true }
        // It hears and is not heard: what it has in hand is still its own.
        cut.connect(BrokerLink(isReceiving: true, isPublishing: false))
        try await cut.untilItHasLooked()
        cut.freeze(for: .seconds(17_000))
        try await cut.untilItHasLooked()
        cut.connect(BrokerLink(isReceiving: false, isPublishing: false))
        try await until { await cut.dispatcher.cutOffSince != nil }
        cut.freeze(for: .seconds(17_000))
        try await cut.untilItHasLooked()
        let isTakenTooSoon = try await other.take(Self.batch(2))
        #expect(!isTakenTooSoon)
        cut.freeze(for: .seconds(1000))
        try await other.run {
          try await until { try await other.take(Self.batch(2)) }
          try await other.wire.settled.first { $0.batchID == 2 }
          // Had it been delivered anew a moment ago, it would lie here for ever.
          let delivery = try await cut.deliveries.first { $0.batch == 2 }
          #expect(delivery.settlement == .requeued)
          // The one with a call under way is not given away before its result is written.
          let isTaken = try await other.take(Self.batch(1))
          #expect(!isTaken)
          cut.provider.answer(ScriptedProvider.ok)
          try await until { try await other.take(Self.batch(1)) }
          try await other.wire.settled.first { $0.batchID == 1 }
        }
        #expect(call.id == 1000)
      }
      #expect(cut.provider.calls.events.map(\.id) == [1000])
      #expect(Set(other.provider.calls.events.map(\.id)) == Set(Array(1001...1009) + Array(2000...2009)))
    }
  }

  /// A rate that has fallen, a scheduler that is away: long before the broker loses patience it goes back to wait.
  @Test func whatIsHeldForTooLongGoesBackUncalled() async throws {
    try await ScratchDatabase.with(SenderMain.database) { pool in
      let row = try await SenderCopy.row(pool) { $0.concurrency = 1 }
      let copy = SenderCopy("a", pool: pool, row: row, reply: nil, lease: .seconds(36_000), holdLimit: .seconds(6000))
      try await copy.run {
        try await copy.accept(Self.batch(seconds: 360_000))
        try await copy.provider.calls.first { _ in true }
        copy.freeze(for: .seconds(5000))
        // One that came later stays.
        try await copy.accept(Self.batch(2, mailoutID: 8, seconds: 360_000))
        copy.freeze(for: .seconds(1000))
        try await Self.nine(copy, .deferred, "held_too_long")
        copy.provider.answer(ScriptedProvider.ok)
        let settled = try await copy.wire.settled.first { $0.batchID == 1 }
        #expect(settled.waiting.count == 9)
        #expect(settled.waiting.allSatisfy { $0.attempts == 2 && $0.reason == "held_too_long" })
        try await copy.wire.settled.first { $0.batchID == 2 }
      }
      #expect(copy.provider.calls.events.map(\.id) == [1000] + Array(2000...2009))
    }
  }

  /// Never more than K calls whose result is not committed.
  @Test func permitsBoundWhatIsUnrecorded() async throws {
    try await ScratchDatabase.with(SenderMain.database) { pool in
      let copy = SenderCopy("a", pool: pool, row: try await SenderCopy.row(pool), reply: nil, permits: 5)
      try await copy.run {
        try await copy.accept(Self.batch())
        try await copy.provider.calls.first { $0.id == 1004 }
        #expect(copy.provider.calls.events.count == 5)
        copy.provider.answer(ScriptedProvider.ok)
        try await copy.wire.settled.first { $0.batchID == 1 }
      }
      #expect(copy.tools.permits.inUse == 0)
    }
  }
}
