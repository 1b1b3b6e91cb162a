import Contracts
import EventLoop
import Foundation
import Postgres
import Testing

@testable import Sender

/// Rates over several senders, on the database's clock.
struct RateTakingTests {
  @Test func twoTakersNeverGetMoreThanASlotHas() async throws {
    try await ScratchDatabase.with(SenderMain.database) { pool in
      let (store, grid) = (RateStore(pool: pool), RateGrid(rate: 230))
      let slots = Int64(17_000_000_000)..<17_000_000_030
      let grants = try await withThrowingTaskGroup(of: [RateStore.Grant].self) { group in
        for wanted in [3, 7, 100, 1, 12, 5] {
          group.addTask {
            let requests = slots.map { slot in
              (
                scope: "mailout:1",
                request: TokenStash.Request(slot: slot, wanted: wanted, capacity: grid.capacity(of: slot))
              )
            }.shuffled()
            return try await store.take(requests).grants
          }
        }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      for slot in slots {
        let numbers = grants.filter { $0.slot == slot }.flatMap { Array($0.numbers) }
        // All of them, each to one taker.
        #expect(numbers.sorted() == Array(0..<grid.capacity(of: slot)))
      }
    }
  }

  /// Nothing is looked at over and over while there are no tokens.
  @Test func whatWaitsForTokensCostsNothing() async throws {
    try await ScratchDatabase.with(SenderMain.database) { pool in
      let copy = SenderCopy("a", pool: pool, row: try await SenderCopy.row(pool) { $0.rateLimit = 1 })
      try await copy.run {
        try await copy.accept(DispatcherTests.batch())
        try await copy.provider.calls.first { _ in true }
        let before = copy.skew.reads
        try await copy.provider.calls.first(after: 1) { _ in true }
        #expect(copy.skew.reads - before < 1000)
      }
    }
  }

  /// Two copies with a mailout of their own batches each: no call without a token, and in every sliding second no more
  /// tokens than the rate. When a call leaves is up to the machine too.
  @Test func twoSendersShareARate() async throws {
    try await ScratchDatabase.with(SenderMain.database) { pool in
      let rate = 100
      let row = try await SenderCopy.row(pool)
      let copies = ["a", "b"].map { SenderCopy($0, pool: pool, row: row) }
      try await copies[0].run {
        try await copies[1].run {
          for (number, copy) in copies.enumerated() {
            var batch = DispatcherTests.batch(Int64(number + 1), count: 125)
            batch.rateLimit = rate
            try await copy.accept(batch)
          }
          for (number, copy) in copies.enumerated() {
            try await copy.wire.settled.first { $0.batchID == Int64(number + 1) }
          }
        }
      }
      #expect(copies.map(\.provider.calls.events.count) == [125, 125])
      let rows = try await pool.query("select slot, taken from sender.rate_slot where scope = 'mailout:7'")
      let slots = try rows.map { (slot: try $0[0, as: Int64.self], taken: Int(try $0[1, as: Int32.self])) }
      #expect(slots.reduce(0) { $0 + $1.taken } >= 250)
      for first in slots {
        let second = slots.filter { (first.slot..<first.slot + 10).contains($0.slot) }
        #expect(second.reduce(0) { $0 + $1.taken } <= rate)
      }
    }
  }

  @Test func slotsThatAreOverAreForgotten() async throws {
    try await ScratchDatabase.with(SenderMain.database) { pool in
      let store = RateStore(pool: pool)
      let present = RateGrid.slot(at: try await store.time())
      let requests = [present + 10_000, present - 200].map {
        (scope: "provider:1", request: TokenStash.Request(slot: $0, wanted: 1, capacity: 1))
      }
      _ = try await store.take(requests)
      try await store.purge()
      let left = try await pool.query("select slot from sender.rate_slot").map { try $0[0, as: Int64.self] }
      #expect(left == [present + 10_000])
    }
  }
}
