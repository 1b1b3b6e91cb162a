import AMQP
import Contracts
import Messaging
import Postgres
import Service
import Testing

@testable import Sender

/// The queue of a deleted provider, from its last batch to its end.
@Suite(.timeLimit(.minutes(3))) struct RetiredQueueKeeperTests {
  @Test func whatIsLeftIsHandedBackAndTheQueueDeleted() async throws {
    let name = "gone-\(UInt32.random(in: 0 ... .max))"
    let queue = Topology.senderBatches(provider: name)
    let amqp = try TestBroker.configuration("retired")
    let publisher = AMQPPublisher(configuration: amqp, topology: AMQPTopology(queues: [queue]))
    try await ScratchDatabase.with(SenderMain.database) { pool in
      let row = try await SenderCopy.row(pool, name: name)
      let store = RetiredQueueStore(pool: pool)
      let keeper = RetiredQueueKeeper(
        store: store, publisher: publisher, log: Log(service: "test", instance: "a", level: .error))
      try await WithAMQP.run(publisher) {
        var batch = DispatcherTests.batch(count: 3)
        batch.provider = name
        try await publisher.publish(
          AMQPMessage(cloudEvent: batch.envelope, type: Batch.type, id: "1"), exchange: "", routingKey: queue.name)
        try await pool.withTransaction { try await SenderCopy.providers(pool).delete(row, on: $0) }
        try await pool.query("update sender.retired_queue set deleted_at = now() - interval '1 hour'")
        let retired = try #require(try await store.draining().first)
        try await keeper.look(at: retired)
        #expect(try await store.draining().map(\.id) == [retired.id])
        try await empty(retired, pool, amqp, publisher)
        try await keeper.look(at: retired)
        #expect(try await store.draining().isEmpty)
        // Consumers may still be there: not yet.
        try await keeper.look(at: retired)
        let state = try #require(try await publisher.state(of: queue.name))
        #expect(state.messages == 0)
        try await noticed(AMQPQueueState(messages: 0, consumers: 0), queue.name, publisher)
        try await pool.query("update sender.retired_queue set drained_at = now() - interval '1 hour'")
        try await keeper.look(at: retired)
        #expect(try await publisher.state(of: queue.name) == nil)
        #expect(try await store.all().isEmpty)
      }
    }
  }

  @Test func aProviderOfTheSameNameKeepsIt() async throws {
    try await ScratchDatabase.with(SenderMain.database) { pool in
      let row = try await SenderCopy.row(pool, name: "again")
      try await pool.withTransaction { try await SenderCopy.providers(pool).delete(row, on: $0) }
      #expect(try await RetiredQueueStore(pool: pool).all().map(\.provider) == ["again"])
      _ = try await SenderCopy.row(pool, name: "again")
      #expect(try await RetiredQueueStore(pool: pool).all().isEmpty)
    }
  }

  /// A quorum queue counts its consumers a moment late, and tells nobody when.
  private func noticed(_ state: AMQPQueueState, _ queue: String, _ publisher: AMQPPublisher) async throws {
    try await until { try await publisher.state(of: queue) == state }
  }

  /// A sender empties it as it would a disabled provider's.
  private func empty(
    _ retired: RetiredQueue, _ pool: PostgresPool, _ amqp: AMQPConfiguration, _ publisher: AMQPPublisher
  ) async throws {
    let copy = SenderCopy("a", pool: pool, row: retired.emptied)
    let runtime = copy.runtime(retired.emptied, amqp: amqp, publisher: publisher)
    await copy.allow()
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await runtime.run() }
      let settled = try? await copy.wire.settled.first { _ in true }
      #expect(settled?.waiting.map(\.reason) == Array(repeating: "provider_disabled", count: 3))
      await runtime.stop()
    }
    #expect(copy.provider.calls.events.isEmpty)
  }
}
