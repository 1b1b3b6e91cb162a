import AMQP
import Contracts
import EventLoop
import FoundationEssentials
import Messaging
import Postgres
import Service
import Synchronization
import Testing

@testable import Stats

/// What statistics hold in memory is never lost with them: nothing is acknowledged before it is written.
struct HeldNewsTests {
  /// Deliveries' names in the order of their acknowledgement.
  private final class Settled: Sendable {
    private let names = Mutex<[String]>([])
    private let (stream, continuation) = AsyncStream.makeStream(of: Void.self)

    var all: [String] { names.withLock { $0 } }

    func note(_ name: String) {
      names.withLock { $0.append(name) }
      continuation.yield()
    }

    /// Returns once there is one.
    func any() async { for await _ in stream { return } }
  }

  /// - Parameter hold: how long a queued message waits for its outcome.
  private static func ingest(_ pool: PostgresPool, hold: Duration = .seconds(600)) throws -> Ingest {
    let log = Log(service: "test", instance: "test", level: .error)
    let publisher = AMQPPublisher(configuration: try AMQPConfiguration(url: "amqp://localhost", name: "unused"))
    var limits = FactBuffer<AMQPDelivery>.Limits()
    limits.hold = hold
    return Ingest(
      loop: EventLoop(name: "ingest"), sources: [], store: MessageStore(pool: pool, shard: .random(in: 0..<64)),
      deadLetters: DeadLetters(publisher: publisher, service: .stats, log: log), log: log,
      metrics: StatsMetrics(Metrics()), limits: limits)
  }

  private static let messages: ClosedRange<Int64> = 1...50

  private static func batch(_ settled: Settled, redelivered: Bool = false) -> AMQPDelivery {
    let batch = Batch(
      id: 1, mailoutID: 3, provider: "default", issuedAt: 1_000_000, deadline: 9_000_000,
      messages: messages.map { BatchMessage(id: $0, customerID: $0, phone: "1", text: "x") })
    return delivery("batch", Batch.type, batch.bytes, settled, redelivered: redelivered)
  }

  private static func outcomes(_ ids: ClosedRange<Int64>, _ settled: Settled) -> AMQPDelivery {
    let outcomes = ids.map {
      Outcome(messageID: $0, mailoutID: 3, customerID: $0, status: .sent, attempts: 1, at: 60_000_000, latency: 3)
    }
    return delivery("outcomes", OutcomeGroup.type, OutcomeGroup(outcomes: outcomes).bytes, settled)
  }

  private static func delivery(
    _ name: String, _ type: String, _ data: [UInt8], _ settled: Settled, redelivered: Bool = false
  ) -> AMQPDelivery {
    let body = EnvelopeFrame(id: name, source: "/test", type: type, time: Timestamp.format(.now)).bytes(data: data)
    return AMQPDelivery(
      message: AMQPMessage(body: body), exchange: "", routingKey: "", redelivered: redelivered,
      settle: { settlement in settled.note("\(name) \(settlement)") })
  }

  private static func totals(_ pool: PostgresPool) async throws -> [String: Int64] {
    try await StatsStore(pool: pool).totals()
  }

  @Test func aCrashWhileHoldingLosesNothingAndCountsNothingTwice() async throws {
    try await ScratchDatabase.with(StatsMain.database) { pool in
      let settled = Settled()
      // The first process has written half of the batch when it dies.
      let first = try Self.ingest(pool)
      await first.take(Self.batch(settled), from: Topology.statsBatches)
      await first.take(Self.outcomes(1...25, settled), from: Topology.statsOutcomes)
      await first.writeReady()
      #expect(settled.all == ["outcomes ack"])
      #expect(try await Self.totals(pool) == ["sent": 25])
      await first.take(Self.outcomes(26...40, settled), from: Topology.statsOutcomes)
      #expect(settled.all == ["outcomes ack"])

      // What it had not acknowledged comes again, in another order.
      let second = try Self.ingest(pool)
      await second.take(Self.outcomes(26...40, settled), from: Topology.statsOutcomes)
      await second.take(Self.batch(settled, redelivered: true), from: Topology.statsBatches)
      await second.run()
      #expect(settled.all.sorted() == ["batch ack", "outcomes ack", "outcomes ack"])
      #expect(try await Self.totals(pool) == ["sent": 40, "queued": 10])

      let third = try Self.ingest(pool)
      await third.take(Self.outcomes(41...50, settled), from: Topology.statsOutcomes)
      await third.run()
      #expect(try await Self.totals(pool) == ["sent": 50])
      let untimed = try await pool.query("select count(*) from stats.message where queued_at is null")
      #expect(try untimed.first?[0, as: Int64.self] == 0)
      try await MessageStoreTests.expectCountersAgree(pool)
    }
  }

  @Test func whatIsHeldIsWrittenAsQueuedInTime() async throws {
    try await ScratchDatabase.with(StatsMain.database) { pool in
      let settled = Settled()
      let ingest = try Self.ingest(pool, hold: .seconds(2))
      await ingest.take(Self.batch(settled), from: Topology.statsBatches)
      async let writing: Void = ingest.keepWriting()
      await settled.any()
      #expect(try await Self.totals(pool) == ["queued": 50])
      #expect(settled.all == ["batch ack"])
      await ingest.close()
      await writing
    }
  }

  /// The end comes while the database is away: what it does not have comes again.
  @Test func whatCannotBeWrittenIsNotAcknowledged() async throws {
    // Nothing listens on port 1.
    let pool = PostgresPool(
      configuration: PostgresConfiguration(url: "postgres://127.0.0.1:1/none", applicationName: "test"))
    let settled = Settled()
    let ingest = try Self.ingest(pool)
    await ingest.take(Self.outcomes(1...5, settled), from: Topology.statsOutcomes)
    await ingest.close()
    let writing = Task { await ingest.keepWriting() }
    writing.cancel()
    await writing.value
    #expect(settled.all.isEmpty)
    await pool.close()
  }
}
