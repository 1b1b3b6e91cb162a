public import AMQP
public import Contracts
import EventLoop
public import Postgres
public import Service

/// Takes a service's audit rows to statistics: many in a message, so that they cost the services little, and deleted
/// once the broker has them. A crash sends some again; statistics know them by their ids.
public struct AuditPublisher: Component {
  public let name = "audit"
  public let stopMode = StopMode.cancellation
  private static let portion: Int64 = 500
  private static let pause: Duration = .seconds(1)

  private let trail: AuditTrail
  private let service: ServiceName
  private let pool: PostgresPool
  private let publisher: AMQPPublisher
  private let log: Log

  /// - Parameter publisher: its topology must have `Topology.statsAudit`.
  public init(
    trail: AuditTrail, service: ServiceName, pool: PostgresPool, publisher: AMQPPublisher, log: Log
  ) {
    self.trail = trail
    self.service = service
    self.pool = pool
    self.publisher = publisher
    self.log = log
  }

  public func run() async {
    let persistence = Persistence("the audit log is passed on", log: log)
    while let count = await persistence.trying({ try await drain() }) {
      if count == Self.portion { continue }
      do { try await EventLoop.sleep(for: Self.pause) } catch { return }
    }
  }

  private func drain() async throws -> Int {
    try await trail.drain(limit: Self.portion, on: pool) { records in
      let message = try AMQPMessage(
        contract: AuditBatch(service: service, records: records), source: "/mailout/\(service.rawValue)")
      try await publisher.publish(
        message, exchange: Topology.facts.name, routingKey: AuditBatch.type, mandatory: true,
        timeout: Database.publishTimeout)
    }
  }
}
