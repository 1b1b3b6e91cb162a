import AMQP
import Contracts
import Foundation
import Messaging
import Postgres
import Testing

@testable import Sender

/// The circuit from the first failure to recovery, with the row and the events that others go by.
@Suite(.timeLimit(.minutes(20))) struct CircuitFlowTests {
  private static func row(_ pool: PostgresPool) async throws -> Provider {
    try await SenderCopy.row(pool) {
      $0.concurrency = 8
      $0.breaker.minimumCalls = 4
      $0.breaker.slow = .milliseconds(100)
      $0.breaker.openFor = .milliseconds(300)
    }
  }

  private static func state(_ pool: PostgresPool) async throws -> ProviderFact.Circuit? {
    try await SenderCopy.providers(pool).all().first?.circuit.state
  }

  private static func events(_ pool: PostgresPool) async throws -> [String] {
    try await pool.query("select type from sender.event where type like 'circuit%' order by id").map {
      try $0[0, as: String.self]
    }
  }

  @Test(arguments: [nil, ScriptedProvider.down]) func itOpensAndRecovers(reply: CallReply?) async throws {
    try await ScratchDatabase.with(SenderMain.database) { pool in
      let copy = SenderCopy("a", pool: pool, row: try await Self.row(pool), reply: reply)
      try await copy.run {
        try await copy.accept(DispatcherTests.batch(count: 100))
        let fetches = try await copy.fetching.first { _ in true }
        #expect(!fetches)
        // Everything not under way waits elsewhere, at no attempt's cost.
        try await copy.wire.outcomes.first { $0.messageID == 1099 && $0.reason == "circuit_open" }
        for outcome in copy.wire.outcomes.events where outcome.reason == "circuit_open" {
          #expect(outcome.status == .deferred && outcome.attempts == 2)
        }
        copy.provider.answer(ScriptedProvider.ok)
        let settled = try await copy.wire.settled.first { $0.batchID == 1 }
        #expect(settled.waiting.count > 50)
        // When its time has come this sender fetches again, to try the provider.
        try await copy.fetching.first(after: 1) { $0 }
        try await copy.accept(DispatcherTests.batch(2))
        try await copy.wire.settled.first { $0.batchID == 2 }
      }
      #expect(copy.wire.outcomes.events.count { $0.messageID >= 2000 && $0.status == .sent } == 10)
      #expect(try await Self.events(pool).prefix(2) == ["circuit.opened.v1", "circuit.half_opened.v1"])
    }
  }

  /// However long it stays open: there is no delivery for the broker to lose patience with.
  @Test func anOpenCircuitHoldsNoDelivery() async throws {
    let name = "sick-\(UInt32.random(in: 0 ... .max))"
    let queue = Topology.senderBatches(provider: name)
    let amqp = try TestBroker.configuration("circuit")
    let publisher = AMQPPublisher(configuration: amqp, topology: AMQPTopology(queues: [queue]))
    @Sendable func publish(_ ids: ClosedRange<Int64>) async throws {
      for id in ids {
        var batch = DispatcherTests.batch(id, count: 50)
        batch.provider = name
        let message = AMQPMessage(cloudEvent: batch.envelope, type: Batch.type, id: "\(id)")
        try await publisher.publish(message, exchange: "", routingKey: queue.name)
      }
    }
    try await ScratchDatabase.with(SenderMain.database) { pool in
      let row = try await SenderCopy.row(pool, name: name) {
        $0.breaker.minimumCalls = 4
        $0.breaker.openFor = .seconds(600)
      }
      let copy = SenderCopy("a", pool: pool, row: row, reply: ScriptedProvider.down)
      try await WithAMQP.run(publisher) {
        try await withThrowingTaskGroup(of: Void.self) { group in
          let runtime = copy.runtime(row, amqp: amqp, publisher: publisher)
          await copy.allow()
          group.addTask { await runtime.run() }
          try await publish(1...5)
          try await until { try await Self.state(pool) == .open }
          try await TestBroker.awaitNothingUnacknowledged(in: queue.name)
          try await publish(6...8)
          try await TestBroker.awaitNothingUnacknowledged(in: queue.name)
          await runtime.stop()
          try await group.waitForAll()
        }
      }
    }
    try await TestBroker.delete(queue: queue.name)
  }

  @Test func aProbeBurnsNoAttemptAndOpensAgain() async throws {
    try await ScratchDatabase.with(SenderMain.database) { pool in
      let row = try await Self.row(pool)
      let copy = SenderCopy("a", pool: pool, row: row, reply: ScriptedProvider.down)
      let store = SenderCopy.providers(pool)
      _ = try await store.move(row.id, .trip(reason: "test", openFor: .zero))
      let open = try #require(try await store.find(row.id))
      try await copy.run {
        await copy.dispatcher.apply(open, caller: nil)
        try await copy.fetching.first { $0 }
        try await copy.accept(DispatcherTests.batch())
        let settled = try await copy.wire.settled.first { $0.batchID == 1 }
        #expect(settled.waiting.count == 10)
        #expect(settled.waiting.allSatisfy { $0.attempts == 2 })
      }
      #expect(copy.provider.calls.events.count <= row.settings.breaker.probes)
      let timeouts = copy.provider.calls.events.map(\.timeout)
      #expect(timeouts.allSatisfy { $0 <= row.settings.breaker.slow })
    }
  }

  @Test func oneSenderAtATimeTriesTheProvider() async throws {
    try await ScratchDatabase.with(SenderMain.database) { pool in
      let (row, store) = (try await Self.row(pool), SenderCopy.providers(pool))
      _ = try await store.move(row.id, .trip(reason: "test", openFor: .zero))
      let winners = try await withThrowingTaskGroup(of: Bool.self) { group in
        for number in 0..<8 {
          group.addTask {
            try await store.move(row.id, .probe(owner: "sender-\(number)", lease: .seconds(60)))?.changed == true
          }
        }
        return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(winners == 1)
      #expect(try await Self.state(pool) == .halfOpen)
      #expect(try await Self.events(pool) == ["circuit.opened.v1", "circuit.half_opened.v1"])
    }
  }
}
