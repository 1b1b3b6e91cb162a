import AMQP
import Contracts
import Foundation
import Messaging
import Testing

@testable import Sender

/// A batch that comes more than once, to more than one sender: republished after a lost confirm, delivered again, at once.
struct TwinBatchTests {
  @Test func everyMessageIsCalledOnce() async throws {
    let name = "twin-\(UInt32.random(in: 0 ... .max))"
    let queue = Topology.senderBatches(provider: name)
    let amqp = try TestBroker.configuration("twins")
    let publisher = AMQPPublisher(configuration: amqp, topology: AMQPTopology(queues: [queue]))
    try await ScratchDatabase.with(SenderMain.database) { pool in
      let row = try await SenderCopy.row(pool, name: name)
      let copies = ["a", "b"].map { SenderCopy($0, pool: pool, row: row) }
      var batch = DispatcherTests.batch(count: 50)
      batch.provider = name
      let message = AMQPMessage(cloudEvent: batch.envelope, type: Batch.type, id: "1")
      try await WithAMQP.run(publisher) {
        try await withThrowingTaskGroup(of: Void.self) { group in
          let runtimes = copies.map { $0.runtime(row, amqp: amqp, publisher: publisher) }
          for _ in 0..<6 { try await publisher.publish(message, exchange: "", routingKey: queue.name) }
          for (copy, runtime) in zip(copies, runtimes) {
            await copy.allow()
            group.addTask { await runtime.run() }
          }
          await withTaskGroup(of: Void.self) { settled in
            for copy in copies { settled.addTask { _ = try? await copy.wire.settled.first { _ in true } } }
            await settled.next()
            // The other copy has nothing to settle: end its wait.
            for copy in copies {
              copy.wire.settled.add(BatchSettled(batchID: 0, mailoutID: 0, provider: "", count: 0, waiting: []))
            }
          }
          try await TestBroker.awaitNothingUnacknowledged(in: queue.name)
          for runtime in runtimes { await runtime.stop() }
          try await group.waitForAll()
        }
      }
      let calls = copies.flatMap { $0.provider.calls.events.map(\.id) }
      #expect(calls.sorted() == batch.messages.map(\.id))
      let claims = try await pool.query("select epoch from sender.claim where settled_at is not null")
      #expect(try claims.map { try $0[0, as: Int32.self] } == [1])
    }
    try await TestBroker.delete(queue: queue.name)
  }

  /// Published twice by a scheduler that waited too long for a confirm, brought by one connection: a copy that is not
  /// acknowledged holds a place of the prefetch until the broker loses patience.
  @Test(.timeLimit(.minutes(20))) func copiesOnOneConnectionHoldNoPlace() async throws {
    let name = "twin-\(UInt32.random(in: 0 ... .max))"
    let queue = Topology.senderBatches(provider: name)
    let amqp = try TestBroker.configuration("twins")
    let publisher = AMQPPublisher(configuration: amqp, topology: AMQPTopology(queues: [queue]))
    try await ScratchDatabase.with(SenderMain.database) { pool in
      let row = try await SenderCopy.row(pool, name: name)
      let copy = SenderCopy("a", pool: pool, row: row, reply: nil)
      var batch = DispatcherTests.batch()
      batch.provider = name
      let message = AMQPMessage(cloudEvent: batch.envelope, type: Batch.type, id: "1")
      try await WithAMQP.run(publisher) {
        try await withThrowingTaskGroup(of: Void.self) { group in
          let runtime = copy.runtime(row, amqp: amqp, publisher: publisher, prefetch: 2)
          await copy.allow()
          group.addTask { await runtime.run() }
          try await publisher.publish(message, exchange: "", routingKey: queue.name)
          try await copy.provider.calls.first { _ in true }
          for _ in 0..<5 { try await publisher.publish(message, exchange: "", routingKey: queue.name) }
          // Each is taken from the queue, though two at once fill the prefetch.
          try await until { try await publisher.state(of: queue.name)?.messages == 0 }
          copy.provider.answer(ScriptedProvider.ok)
          try await copy.wire.settled.first { _ in true }
          try await TestBroker.awaitNothingUnacknowledged(in: queue.name)
          await runtime.stop()
          try await group.waitForAll()
        }
      }
      #expect(copy.provider.calls.events.map(\.id).sorted() == batch.messages.map(\.id))
    }
    try await TestBroker.delete(queue: queue.name)
  }
}
