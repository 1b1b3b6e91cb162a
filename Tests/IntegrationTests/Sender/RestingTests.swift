import EventLoop
import Postgres
import Testing

@testable import Sender

/// A sender without work looks less often at what comes due.
@Suite(.timeLimit(.minutes(20))) struct RestingTests {
  @Test func workEndsARestAndThenItRestsAgain() async throws {
    try await ScratchDatabase.with(SenderMain.database) { pool in
      let row = try await SenderCopy.row(pool) { $0.concurrency = 1 }
      let copy = SenderCopy("a", pool: pool, row: row, reply: nil, lease: .seconds(36_000), holdLimit: .seconds(6000))
      try await copy.run {
        try await until { await copy.dispatcher.isResting }
        try await copy.accept(DispatcherTests.batch(seconds: 360_000))
        try await copy.provider.calls.first { _ in true }
        let isResting = await copy.dispatcher.isResting
        #expect(!isResting)
        copy.freeze(for: .seconds(6000))
        try await DispatcherTests.nine(copy, .deferred, "held_too_long")
        copy.provider.answer(ScriptedProvider.ok)
        try await copy.deliveries.first { $0.settlement == .acked }
        try await until { await copy.dispatcher.isResting }
      }
    }
  }

  @Test(arguments: [(false, true), (true, false)]) func whoHasLostItsBrokerCallsOnceItIsBack(
    isReceiving: Bool, isPublishing: Bool
  ) async throws {
    try await ScratchDatabase.with(SenderMain.database) { pool in
      let row = try await SenderCopy.row(pool)
      let copy = SenderCopy("a", pool: pool, row: row, reply: ScriptedProvider.ok)
      copy.connect(BrokerLink(isReceiving: isReceiving, isPublishing: isPublishing))
      try await copy.run {
        try await copy.accept(DispatcherTests.batch())
        try await copy.untilItHasLooked()
        #expect(copy.provider.calls.events.isEmpty)
        copy.connect(BrokerLink(isReceiving: true, isPublishing: true))
        try await copy.provider.calls.first { _ in true }
      }
    }
  }

  @Test func aChangeOfTheProviderEndsARest() async throws {
    try await ScratchDatabase.with(SenderMain.database) { pool in
      var row = try await SenderCopy.row(pool)
      let copy = SenderCopy("a", pool: pool, row: row)
      row.revision += 1
      row.circuit = Circuit(state: .open, reopensAt: Int64.max / 2)
      let changed = row
      try await copy.run {
        try await until { await copy.dispatcher.isResting }
        await copy.dispatcher.apply(changed, caller: nil)
        let isResting = await copy.dispatcher.isResting
        #expect(!isResting)
      }
    }
  }
}

extension Dispatcher {
  fileprivate var isResting: Bool { restTimer != nil }
}
