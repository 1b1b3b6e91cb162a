import AMQP
import Postgres
public import Service

/// The part of an outbox that publishes.
public struct OutboxPublisher: Component {
  /// How often it looks for what another replica has left behind.
  private static let lookAround: Duration = .seconds(1)

  public let stopMode = StopMode.cancellation
  let outbox: Outbox
  let stage: Outbox.Stage
  let exchange: String
  let key: String?
  let mandatory: Bool
  let pool: PostgresPool
  let publisher: AMQPPublisher
  let log: Log

  public var name: String { "outbox to \(exchange)" }

  public func run() async {
    let bell = outbox.bell.listener()
    let persistence = Persistence("the \(name) is emptied", log: log)
    while let count = await persistence.trying({ try await drain() }) {
      if count == 0 { await bell.wait(until: .now + Self.lookAround) }
    }
  }

  /// Publishes a portion of the rows; how many.
  private func drain() async throws -> Int {
    try await outbox.drain(stage, on: pool) { row in
      try await publisher.publish(
        AMQPMessage(cloudEvent: row.body, type: row.type, id: "\(row.type)-\(row.id)"), exchange: exchange,
        routingKey: key ?? row.type, mandatory: mandatory)
    }
  }
}
