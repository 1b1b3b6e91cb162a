import AMQP
import Contracts
import Messaging
import Postgres
import Service
import Testing

@testable import Sender

/// The queue of a deleted provider, from its last batch to its end.
@Suite(.timeLimit(.minutes(20))) struct RetiredQueueKeeperTests {
  @Test func whatIsLeftIsHandedBackAndTheQueueDeleted() async throws {
    let name = "gone-\(UInt32.random(in: 0 ... .max))"
    let queue = Topology.senderBatches(provider: name)
    let amqp = try TestBroker.configuration("retired")
    let publisher = AMQPPublisher(configuration: amqp, topology: AMQPTopology(queues: [queue]))
    try await ScratchDatabase.with(SenderMain.database) { pool in
      let row = try await SenderCopy.row(pool, name: name)
      let store = RetiredQueueStore(pool: pool)
      let log = Log(service: "test", instance: "a", level: .error)
      let keeper = RetiredQueueKeeper(store: store, publisher: publisher, log: log)
      try await WithAMQP.run(publisher) {
        try await retire(row, pool, publisher)
        try await pool.query("update sender.retired_queue set deleted_at = now() - interval '1 hour'")
        let retired = try #require(try await store.draining().first)
        // It holds one message; a busy broker may say of it that it holds none.
        let certain = RetiredQueueKeeper(store: store, publisher: publisher, log: log) { name in
          try await until { try await publisher.state(of: name)?.messages == 1 }
          return AMQPQueueState(messages: 1, consumers: 0)
        }
        try await certain.look(at: retired)
        #expect(try await store.draining().map(\.id) == [retired.id])
        try await empty(retired, pool, amqp, publisher)
        try await keeper.look(at: retired)
        #expect(try await store.draining().isEmpty)
        // Consumers may still be there: not yet, however late it is.
        try await pool.query("update sender.retired_queue set drained_at = now() + interval '1 hour'")
        try await keeper.look(at: retired)
        let state = try #require(try await publisher.state(of: queue.name))
        #expect(state.messages == 0)
        try await pool.query("update sender.retired_queue set drained_at = now() - interval '1 hour'")
        // A quorum queue counts its consumers a moment late, and tells nobody when.
        try await until {
          try await keeper.look(at: retired)
          return try await store.all().isEmpty
        }
        #expect(try await publisher.state(of: queue.name) == nil)
      }
    }
  }

  /// The broker says 0 of a quorum queue that does not answer it within a quarter of a second.
  @Test func oneThatOnlySeemsEmptyIsKept() async throws {
    let name = "seems-\(UInt32.random(in: 0 ... .max))"
    let queue = Topology.senderBatches(provider: name)
    let publisher = AMQPPublisher(
      configuration: try TestBroker.configuration("seems"), topology: AMQPTopology(queues: [queue]))
    try await ScratchDatabase.with(SenderMain.database) { pool in
      let row = try await SenderCopy.row(pool, name: name)
      let store = RetiredQueueStore(pool: pool)
      let keeper = RetiredQueueKeeper(
        store: store, publisher: publisher, log: Log(service: "test", instance: "a", level: .error)
      ) { _ in AMQPQueueState(messages: 0, consumers: 0) }
      try await WithAMQP.run(publisher) {
        try await retire(row, pool, publisher)
        try await pool.query(
          "update sender.retired_queue set deleted_at = now() - interval '2 hours', drained_at = now() - interval '1 hour'"
        )
        let retired = try #require(try await store.all().first)
        try await keeper.look(at: retired)
        #expect(try await store.draining().map(\.id) == [retired.id])
        try await until { try await publisher.state(of: queue.name)?.messages == 1 }
        #expect(try await !publisher.isEmpty(queue: queue.name))
        try await publisher.delete(queue: queue.name)
        let refusal = await #expect(throws: AMQPError.self) { try await publisher.isEmpty(queue: queue.name) }
        #expect(refusal?.code == .topology)
        #expect(try await publisher.state(of: queue.name) == nil)
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

  /// Deletes a provider whose queue holds a batch.
  private func retire(_ row: Provider, _ pool: PostgresPool, _ publisher: AMQPPublisher) async throws {
    var batch = DispatcherTests.batch(count: 3)
    batch.provider = row.name
    try await publisher.publish(
      AMQPMessage(cloudEvent: batch.envelope, type: Batch.type, id: "1"), exchange: "",
      routingKey: Topology.senderBatches(provider: row.name).name)
    try await pool.withTransaction { try await SenderCopy.providers(pool).delete(row, on: $0) }
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
