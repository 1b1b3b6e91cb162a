import AMQP
import Contracts
import EventLoop
import FoundationEssentials
import Glibc
import Messaging
import Postgres
import Service

/// `Stats measure <messages> [events]`: what a message costs statistics and the database, from the bytes of its batch and
/// of its outcome to its row, without a broker. Adds that many messages of mailout 0 to the database, which should be a scratch
/// one on this machine.
struct Measurement {
  private let count: Int
  private let pool: PostgresPool
  private let ingest: Ingest

  /// - Parameter tells: whether the public is told of each message's end too.
  static func run(_ count: Int, tells: Bool) async {
    do {
      let loop = EventLoop(name: "ingest")
      var database = PostgresConfiguration(
        url: ProcessInfo.processInfo.environment["MAILOUT_DATABASE_URL"] ?? "", applicationName: "mailout-measure")
      database.sessionSettings = Database.sessionSettings
      let pool = PostgresPool(configuration: database, loop: loop)
      let log = Log(service: "stats", instance: "measure", level: .warning)
      // Never connected: nothing here is a dead letter.
      let publisher = AMQPPublisher(configuration: try AMQPConfiguration(url: "amqp://localhost", name: "measure"))
      let ingest = Ingest(
        loop: loop, sources: [],
        store: MessageStore(
          pool: pool, shard: 0,
          settled: tells ? SettledTeller(outbox: Outbox(table: "stats.event", service: .stats)) : nil),
        deadLetters: DeadLetters(publisher: publisher, service: .stats, log: log), log: log,
        metrics: StatsMetrics(Metrics()))
      try await Measurement(count: count, pool: pool, ingest: ingest).measure()
    } catch {
      print("\(error)")
      exit(1)
    }
  }

  private func measure() async throws {
    let last = try await pool.query("select coalesce(max(id), 0) from stats.message").first?[0, as: Int64.self] ?? 0
    let bodies = try (0..<max(1, count / Batch.maxCount)).map {
      try Self.bodies(after: last + Int64($0 * Batch.maxCount))
    }
    let (ours, theirs) = (Self.ownSeconds(), try await databaseSeconds())
    for (index, body) in bodies.enumerated() {
      await take(body.batch, from: Topology.statsBatches)
      // Outcomes come some batches later, as they do from senders.
      guard index >= 20 else { continue }
      for group in bodies[index - 20].outcomes { await take(group, from: Topology.statsOutcomes) }
      if index % 20 == 0 { await ingest.writeReady() }
    }
    for body in bodies.suffix(20) { for group in body.outcomes { await take(group, from: Topology.statsOutcomes) } }
    await ingest.run()
    let messages = Double(bodies.count * Batch.maxCount)
    let micro = { (seconds: Double) in (seconds / messages * 1e8).rounded() / 100 }
    print(
      "statistics \(micro(Self.ownSeconds() - ours)) µs, database \(micro(try await databaseSeconds() - theirs)) µs")
  }

  private func take(_ body: [UInt8], from queue: Topology.Queue) async {
    await ingest.take(
      AMQPDelivery(message: AMQPMessage(body: body), exchange: "", routingKey: "", settle: { _ in }), from: queue)
  }

  private static func bodies(after last: Int64) throws -> (batch: [UInt8], outcomes: [[UInt8]]) {
    let (ids, now) = (last + 1...last + Int64(Batch.maxCount), Timestamp.microseconds(.now))
    let batch = Batch(
      id: last, mailoutID: 0, provider: "default", issuedAt: now, deadline: now,
      messages: ids.map { BatchMessage(id: $0, customerID: $0, phone: "79160000000", text: "Hello, it is \($0)!") })
    func envelope(_ type: String, _ data: [UInt8]) -> [UInt8] {
      EnvelopeFrame(id: "\(last)", source: "/measure", type: type, time: Timestamp.format(.now)).bytes(data: data)
    }
    let outcomes = ids.map {
      Outcome(
        messageID: $0, mailoutID: 0, customerID: $0, status: .sent, attempts: 1, at: now, latency: Int($0 % 40))
    }
    let groups = stride(from: 0, to: outcomes.count, by: 50).map {
      envelope(OutcomeGroup.type, OutcomeGroup(outcomes: Array(outcomes[$0..<min($0 + 50, outcomes.count)])).bytes)
    }
    return (envelope(Batch.type, batch.bytes), groups)
  }

  /// User and system time of this process.
  private static func ownSeconds() -> Double { seconds(of: "self") }

  /// The same of every process of the database that works for this schema's owner.
  private func databaseSeconds() async throws -> Double {
    try await pool.query("select pid from pg_stat_activity").reduce(0) {
      $0 + Self.seconds(of: String(try $1[0, as: Int32.self]))
    }
  }

  private static func seconds(of process: String) -> Double {
    guard let text = try? String(decoding: Data(contentsOf: URL(filePath: "/proc/\(process)/stat")), as: UTF8.self),
      let fields = text.split(separator: ")").last?.split(separator: " "), fields.count > 12
    else { return 0 }
    return (Double(fields[11]) ?? 0) / 100 + (Double(fields[12]) ?? 0) / 100
  }
}
