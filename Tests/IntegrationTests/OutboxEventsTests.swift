import AMQP
import Contracts
import Foundation
import Postgres
import Service
import Testing

@testable import MailoutScheduler
@testable import Messaging

/// Events on their way to the platform's own services and to strangers.
@Suite(.timeLimit(.minutes(20))) struct OutboxEventsTests {
  private static let passing: [String: AMQPHeader] = ["x-expires": 600_000]
  private static let refusing = passing.merging(["x-max-length": 0, "x-overflow": "reject-publish"]) { $1 }

  /// A queue of a test's own bound to these keys.
  private static func topology(
    _ exchange: Topology.Exchange, _ keys: [String], _ arguments: [String: AMQPHeader] = passing
  ) -> AMQPTopology {
    let queue = AMQPTopology.Queue(name: TestBroker.unique("listener"), arguments: arguments)
    return AMQPTopology(
      exchanges: Topology.exchanges.filter { $0.kind == .topic }.map { .init(name: $0.name, kind: .topic) },
      queues: [queue], bindings: keys.map { .init(queue: queue.name, exchange: exchange.name, routingKey: $0) })
  }

  private static func listener(_ exchange: Topology.Exchange, _ keys: [String]) throws -> AMQPConsumer {
    let topology = topology(exchange, keys)
    return AMQPConsumer(
      configuration: try TestBroker.configuration(), topology: topology, queue: topology.queues[0].name, prefetch: 10)
  }

  /// It gives up nothing for as long as a test may take.
  private static func outbox() -> Outbox {
    var outbox = Outbox(table: "mailout.event", service: .mailoutScheduler)
    outbox.patience = .seconds(3600)
    return outbox
  }

  private static func add(_ types: [String], to outbox: Outbox, _ pool: PostgresPool) async throws {
    try await pool.withTransaction { connection in
      for type in types { try await outbox.add(type, json: Array("{}".utf8), on: connection) }
    }
  }

  /// The types of the next deliveries, each once, until all of these have come.
  private static func hear(_ types: Set<String>, _ consumer: AMQPConsumer) async {
    var missing = types
    for await delivery in consumer.deliveries {
      await delivery.ack()
      missing.remove(delivery.message.properties.type ?? "")
      if missing.isEmpty { return }
    }
  }

  private static func running(_ components: [any Component], _ body: () async throws -> Void) async throws {
    let running = Task {
      await withTaskGroup(of: Void.self) { group in
        for component in components { group.addTask { try? await component.run() } }
      }
    }
    try await body()
    running.cancel()
    await running.value
  }

  /// Two events of which a queue bound to an exchange refuses the first, and who hears of them.
  private struct Refusal {
    let types: [String]
    let outbox: Outbox
    let pool: PostgresPool
    let service: AMQPConsumer
    let stranger: AMQPConsumer
    let components: [any Component]

    func add() async throws { try await OutboxEventsTests.add(types, to: outbox, pool) }

    func awaitNoBacklog() async throws {
      let backlog = outbox.backlog
      try await until { backlog.isEmpty }
    }

    func left() async throws -> [String] {
      try await pool.query("select type from mailout.event order by id").map { try $0[0, as: String.self] }
    }
  }

  private static func withRefusal(
    by exchange: Topology.Exchange, _ body: @Sendable (Refusal) async throws -> Void
  ) async throws {
    let name = TestBroker.unique("fact")
    let types = ["\(name).refused.v1", "\(name).other.v1"]
    let (service, stranger) = (try listener(Topology.facts, types), try listener(Topology.events, types))
    try await ScratchDatabase.with(SchedulerMain.database) { pool in
      let outbox = outbox()
      let facts = AMQPPublisher(
        configuration: try TestBroker.configuration(), topology: topology(exchange, [types[0]], refusing))
      let components = outbox.eventPublishers(
        pool: pool, facts: facts, events: AMQPPublisher(configuration: try TestBroker.configuration()),
        log: Log(service: "test", instance: "test", level: .error), metrics: Metrics())
      try await WithAMQP.run(facts, [service, stranger]) {
        try await until { facts.isConnected && service.isConnected && stranger.isConnected }
        try await body(
          Refusal(
            types: types, outbox: outbox, pool: pool, service: service, stranger: stranger, components: components))
      }
    }
  }

  /// - Parameter atOnce: whether nothing waits for the public before, so that it is told at once.
  @Test(arguments: [false, true]) func aQueueThatRefusesHoldsUpItsOwnEventsAlone(atOnce: Bool) async throws {
    try await Self.withRefusal(by: Topology.events) { refusal in
      if !atOnce { try await refusal.add() }
      try await Self.running(refusal.components) {
        if atOnce {
          try await refusal.awaitNoBacklog()
          try await refusal.add()
        }
        await Self.hear(Set(refusal.types), refusal.service)
        // The other queues have it, and the later event passes it.
        await Self.hear(Set(refusal.types), refusal.stranger)
        try await until { try await refusal.left() == [refusal.types[0]] }
      }
    }
  }

  /// Each try tells our services again, until all have it; the public hears of it once, then.
  @Test func thePublicIsToldWhatOurOwnServicesHave() async throws {
    try await Self.withRefusal(by: Topology.facts) { refusal in
      let types = refusal.types
      try await Self.running(refusal.components) {
        try await refusal.awaitNoBacklog()
        try await refusal.add()
        for _ in 0..<3 { await Self.hear([types[0]], refusal.service) }
        var heard: [String?] = []
        for await delivery in refusal.stranger.deliveries {
          await delivery.ack()
          heard.append(delivery.message.properties.type)
          if heard.last == types[1] { break }
        }
        #expect(heard == [types[1]])
        // Its row is done with, though the other one's try failed.
        #expect(try await refusal.left() == [types[0]])
      }
    }
  }

  /// It has no majority. All others hear of every event, however many there are before it that nobody confirms.
  @Test func aQueueThatConfirmsNothingHoldsUpItsOwnShareAlone() async throws {
    let name = TestBroker.unique("fact")
    let types = (0..<300).map { "\(name).number-\($0).v1" }
    let stranger = try Self.listener(Topology.events, ["\(name).#"])
    let silent = Self.topology(Topology.events, ["\(name).#"], ["x-queue-type": "quorum"])
    let owner = AMQPPublisher(configuration: try TestBroker.configuration(), topology: silent)
    try await ScratchDatabase.with(SchedulerMain.database) { pool in
      let outbox = Self.outbox()
      try await WithAMQP.run(owner, [stranger]) {
        try await until { owner.isConnected && stranger.isConnected }
        let components = outbox.publicPublishers(
          pool: pool, events: AMQPPublisher(configuration: try TestBroker.configuration()),
          log: Log(service: "test", instance: "test", level: .error), metrics: Metrics())
        try await Self.running(components) {
          // While all is well the connection comes to know the queue.
          try await Self.add(["\(name).first.v1"], to: outbox, pool)
          try await until { try await pool.query("select from mailout.event").isEmpty }
          try await TestBroker.leader(of: silent.queues[0].name, "suspend")
          try await Self.add(types, to: outbox, pool)
          await Self.hear(Set(types), stranger)
          try await TestBroker.leader(of: silent.queues[0].name, "resume")
        }
        try await owner.delete(queue: silent.queues[0].name)
      }
    }
  }
}
