import AMQP
import Contracts
import Messaging
import Postgres
import Service
import Synchronization
import Testing

@testable import Stats

/// No dead letter is lost, and none is tried for ever: whatever is in it, and while the database is away.
@Suite(.timeLimit(.minutes(20))) struct DeadLetterConsumerTests {
  /// What became of deliveries, in order.
  private final class Settled: Sendable {
    private let all = Mutex<[AMQPSettlement]>([])
    var list: [AMQPSettlement] { all.withLock { $0 } }
    func add(_ settlement: AMQPSettlement) { all.withLock { $0.append(settlement) } }
  }

  private let settled = Settled()

  /// One that is given its deliveries by the test.
  private func consumer(_ pool: PostgresPool) throws -> DeadLetterConsumer {
    DeadLetterConsumer(
      consumer: AMQPConsumer(configuration: try TestBroker.configuration(), queue: "unused", prefetch: 1),
      store: DeadLetterStore(pool: pool), log: Log(service: "stats", instance: "test", level: .error),
      metrics: StatsMetrics(Metrics()))
  }

  private func delivery(_ properties: AMQPProperties = AMQPProperties(), routingKey: String = "q") -> AMQPDelivery {
    AMQPDelivery(
      message: AMQPMessage(body: [1, 2], properties: properties), exchange: Topology.dead.name, routingKey: routingKey
    ) { [settled] settlement in settled.add(settlement) }
  }

  private func letters(_ pool: PostgresPool) async throws -> [JSON] {
    let store = DeadLetterStore(pool: pool)
    var all: [JSON] = []
    for letter in try await store.list(queue: nil, reason: nil, IDPage(.ascending)) {
      all.append(try #require(try await store.read(letter.id)))
    }
    return all
  }

  @Test func whateverIsInItsTextsItIsStored() async throws {
    try await ScratchDatabase.with(StatsMain.database) { pool in
      let consumer = try consumer(pool)
      let nul = "a\u{0}b"
      let properties = AMQPProperties(
        contentType: nul, type: nul, messageID: nul, correlationID: nul, userID: nul, appID: nul,
        headers: [
          nul: .string(nul), DeadLetterHeader.reason: .string(nul), DeadLetterHeader.exchange: .string(nul),
          DeadLetterHeader.routingKey: .string(nul), DeadLetterHeader.service: .string(nul),
        ])
      await consumer.take(delivery(properties, routingKey: nul))
      // No queue's name, and too long for an index.
      let names = (0..<2_000).map { _ in String(UInt64.random(in: 0 ... .max)) }.joined()
      await consumer.take(delivery(AMQPProperties(headers: [DeadLetterHeader.firstQueue: .string(names)])))
      #expect(settled.list == [.ack, .ack])
      let letters = try await letters(pool)
      #expect(letters.map { $0["queue"] } == ["ab", "q"])
      #expect(letters.first?["message_id"] == "ab" && letters.first?["reason"] == "ab")
      #expect(letters.first?["properties"]?["headers"] == ["ab": "ab"])
    }
  }

  /// A constraint stands for what nobody has thought of.
  @Test func whatTheDatabaseRefusesInItsPropertiesIsLeftOut() async throws {
    try await ScratchDatabase.with(StatsMain.database) { pool in
      try await pool.query("alter table stats.dead_letter add constraint no_properties check (properties is null)")
      let consumer = try consumer(pool)
      await consumer.take(delivery(AMQPProperties(messageID: "m", headers: [DeadLetterHeader.reason: "poison"])))
      #expect(settled.list == [.ack])
      let letter = try #require(try await letters(pool).first)
      #expect(letter["properties"] == .null && letter["message_id"] == "m" && letter["bytes"] == 2)
      guard case .string(let reason)? = letter["reason"] else { throw Unreadable() }
      #expect(reason.hasPrefix("poison ") && reason.contains("without its properties"))
    }
  }

  private struct Unreadable: Error {}

  /// It does not go back meanwhile, which a broker counts.
  @Test func whileTheDatabaseFailsItIsHeld() async throws {
    try await ScratchDatabase.with(StatsMain.database) { pool in
      let consumer = try consumer(pool)
      // Counts what was tried, though nothing else is kept of it.
      try await pool.query("create sequence stats.tried minvalue 0")
      try await pool.query(
        """
        create function stats.refuse() returns trigger language plpgsql
        as $$ begin perform nextval('stats.tried'); raise 'away'; end $$
        """)
      try await pool.query(
        "create trigger refuse before insert on stats.dead_letter for each row execute function stats.refuse()")
      let (first, second) = (delivery(), delivery())
      let taking = Task { await consumer.take(first) }
      try await until {
        try await pool.query("select last_value from stats.tried").first?[0, as: Int64.self] ?? 0 >= 3
      }
      #expect(settled.list.isEmpty)
      try await pool.query("drop trigger refuse on stats.dead_letter")
      await taking.value
      #expect(settled.list == [.ack])
      #expect(try await letters(pool).count == 1)

      try await pool.query("alter table stats.dead_letter rename to away")
      let signal = ShutdownSignal()
      await Shutdown.$signal.withValue(signal) {
        async let taken: Void = consumer.take(second)
        signal.trigger()
        await taken
      }
      #expect(settled.list == [.ack, .requeue])
    }
  }
}
