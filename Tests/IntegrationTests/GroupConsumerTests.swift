import AMQP
import Postgres
import Service
import Synchronization
import Testing

@testable import Contracts
@testable import Messaging
@testable import Stats

/// What is stored in groups, with something among it that can never be stored.
@Suite(.timeLimit(.minutes(20))) struct GroupConsumerTests {
  private final class Seen: Sendable {
    let read = Mutex(0)
    let groups = Mutex<[[Int32]]>([])
    let isAllRead = Signal()
  }

  private let seen = Seen()
  private let queue = Topology.Queue(name: TestBroker.unique("group"), kind: .instance, bindings: [])

  private func consumer(_ pool: PostgresPool, _ publisher: AMQPPublisher) throws -> GroupConsumer<Int32> {
    let log = Log(service: "stats", instance: "test", level: .error)
    return GroupConsumer(
      "numbers",
      consumer: AMQPConsumer(
        configuration: try TestBroker.configuration(), topology: AMQPTopology(queues: [queue]), queue: queue.name,
        prefetch: 10),
      of: queue, pool: pool, deadLetters: DeadLetters(publisher: publisher, service: .stats, log: log), log: log,
      read: read
    ) { [seen] numbers in
      // So that there is a group of several.
      if seen.groups.withLock({ $0.isEmpty }) { await seen.isAllRead.wait(until: .now + .seconds(600)) }
      seen.groups.withLock { $0.append(numbers) }
      try await pool.query("insert into number select 100 / n from unnest(\(numbers)::integer[]) n")
    }
  }

  @Sendable private func read(_ body: [UInt8]) throws(Problem) -> Int32 {
    let count = seen.read.withLock { count in
      count += 1
      return count
    }
    if count == 4 { seen.isAllRead.raise() }
    guard let number = Int32(String(decoding: body, as: UTF8.self)) else {
      throw Problem(.malformed, "This is no number.")
    }
    return number
  }

  /// Letters to be.
  private func graveyard() throws -> AMQPConsumer {
    AMQPConsumer(
      configuration: try TestBroker.configuration(),
      topology: AMQPTopology(
        exchanges: [.init(name: Topology.dead.name, kind: .topic)],
        queues: [.init(name: "", durable: false, exclusive: true)],
        bindings: [.init(queue: "", exchange: Topology.dead.name, routingKey: queue.name)]),
      queue: "", prefetch: 10)
  }

  @Test func whatCanNeverBeStoredIsADeadLetterAndTheOthersAreStored() async throws {
    try await ScratchDatabase.with(StatsMain.database) { pool in
      try await pool.query("create table number (value integer)")
      let publisher = AMQPPublisher(
        configuration: try TestBroker.configuration(), topology: AMQPTopology(queues: [queue]))
      let (graveyard, consumer) = (try graveyard(), try consumer(pool, publisher))
      try await WithAMQP.run(publisher, [graveyard]) {
        for body in ["5", "0", "nonsense", "20"] { try await publisher.deliver(Array(body.utf8), to: queue.name) }
        try await until { graveyard.isConnected }
        let running = Task { await consumer.run() }
        var letters: [String: String] = [:]
        for await letter in graveyard.deliveries {
          guard case .string(let reason)? = letter.message.properties.headers[DeadLetterHeader.reason] else { break }
          letters[String(decoding: letter.message.body, as: UTF8.self)] = reason
          await letter.ack()
          if letters.count == 2 { break }
        }
        #expect(letters["nonsense"] == "This is no number.")
        #expect(letters["0"]?.contains("22012") == true)
        try await until { try await pool.query("select value from number order by value").count == 2 }
        #expect(
          try await pool.query("select value from number order by value").map { try $0[0, as: Int32.self] } == [5, 20])
        #expect(seen.groups.withLock { $0.contains { $0.count > 1 && $0.contains(0) } })
        running.cancel()
        await running.value
      }
    }
  }
}
