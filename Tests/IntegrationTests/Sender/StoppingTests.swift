import Contracts
import Foundation
import Service
import Testing

@testable import Sender

/// A sender is to end while a provider takes longer than it has.
@Suite(.timeLimit(.minutes(20))) struct StoppingTests {
  @Test func aCallWithoutAnAnswerIsWrittenDownAsUnknown() async throws {
    try await ScratchDatabase.with(SenderMain.database) { pool in
      let row = try await SenderCopy.row(pool) {
        $0.concurrency = 2
        $0.timeout = .seconds(120)
        $0.breaker.minimumCalls = 1
      }
      let (stopped, next) = (
        SenderCopy("stopped", pool: pool, row: row, reply: nil, drainLimit: .milliseconds(100)),
        SenderCopy("next", pool: pool, row: row)
      )
      let batch = DispatcherTests.batch()
      let stop = ShutdownSignal()
      try await Shutdown.$signal.withValue(stop) {
        try await stopped.run {
          try await stopped.accept(batch)
          try await stopped.provider.calls.first { $0.id == 1001 }
          stop.trigger()
          await stopped.dispatcher.finished()
          let delivery = try await stopped.deliveries.first { _ in true }
          #expect(delivery.settlement == .requeued)
        }
      }
      let outcomes = stopped.wire.outcomes.events
      #expect(Set(outcomes.map(\.messageID)) == [1000, 1001])
      #expect(outcomes.allSatisfy { $0.status == .retrying && $0.attempts == 3 })
      #expect(outcomes.allSatisfy { $0.reason?.hasPrefix("unknown") == true })
      // That it was broken off says nothing of the provider.
      #expect(try await SenderCopy.providers(pool).all().first?.circuit.state == .closed)

      // The next owner need not wait for a lease, and calls the rest alone.
      try await next.run {
        try await next.accept(batch)
        let settled = try await next.wire.settled.first { $0.batchID == 1 }
        #expect(settled.waiting.map(\.messageID).sorted() == [1000, 1001])
        #expect(settled.waiting.allSatisfy { $0.isUnknown })
      }
      #expect(next.provider.calls.events.map(\.id).sorted() == Array(1002...1009))
    }
  }
}
