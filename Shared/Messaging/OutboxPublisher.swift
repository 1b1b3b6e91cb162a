import AMQP
import Contracts
import Postgres
public import Service
import Synchronization

/// The part of an outbox that publishes.
public final class OutboxPublisher: Component {
  /// How often it looks for what another replica has left behind.
  private static let lookAround: Duration = .seconds(1)
  /// How long a confirm may take where strangers' queues are concerned: one may be without a leader for days.
  private static let publicTimeout: Duration = .seconds(5)

  public let stopMode = StopMode.cancellation
  private let outbox: Outbox
  private let stage: Outbox.Stage
  private let exchange: String
  private let key: String?
  private let mandatory: Bool
  private let pool: PostgresPool
  private let publisher: AMQPPublisher
  private let log: Log
  private let refused = Mutex(RefusedEvents())

  init(
    outbox: Outbox, stage: Outbox.Stage, exchange: String, key: String?, mandatory: Bool, pool: PostgresPool,
    publisher: AMQPPublisher, log: Log
  ) {
    self.outbox = outbox
    self.stage = stage
    self.exchange = exchange
    self.key = key
    self.mandatory = mandatory
    self.pool = pool
    self.publisher = publisher
    self.log = log
  }

  public var name: String { "outbox to \(exchange)" }

  private var isPublic: Bool { exchange == Topology.events.name }

  public func run() async {
    let bell = outbox.bell.listener()
    let persistence = Persistence("the \(name) is emptied", log: log)
    while let count = await persistence.trying({ try await drain() }) {
      if count == 0 { await bell.wait(until: .now + Self.lookAround) }
    }
  }

  /// Publishes a portion of the rows; how many it has tried.
  private func drain() async throws -> Int {
    let passedOver = refused.withLock { $0.passedOver(at: .now) }
    return try await outbox.drain(stage, on: pool, passingOver: passedOver) { [self] row in
      if isPublic { return try await publishToStrangers(row) }
      return try await publish(row, timeout: .seconds(30))
    }
  }

  private func publish(_ row: Outbox.Row, timeout: Duration) async throws(AMQPError) -> Bool {
    try await publisher.publish(
      AMQPMessage(cloudEvent: row.body, type: row.type, id: "\(row.type)-\(row.id)"), exchange: exchange,
      routingKey: key ?? row.type, mandatory: mandatory, timeout: timeout)
    return true
  }

  /// - Returns: whether nothing more is to be done for it.
  private func publishToStrangers(_ row: Outbox.Row) async throws(AMQPError) -> Bool {
    do {
      _ = try await publish(row, timeout: Self.publicTimeout)
      refused.withLock { $0.taken(row.type) }
      return true
    } catch {
      switch error.code {
      case .nacked:
        let isGivenUp = refused.withLock { $0.refused(row.id, row.type, at: .now) }
        if isGivenUp { log.warning("an event that a queue refuses is given up", [.field("type", row.type)]) }
        return isGivenUp
      case .timedOut:
        refused.withLock { $0.wait(row.id, at: .now) }
        return false
      default: throw error
      }
    }
  }
}
