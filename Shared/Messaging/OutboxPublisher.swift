import AMQP
import Postgres
public import Service

/// The part of an outbox that publishes.
public struct OutboxPublisher: Component {
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

  public func run() async throws {
    var failed = false
    for await _ in outbox.wakeUps(pool) {
      while !Task.isCancelled {
        do {
          let count = try await outbox.drain(stage, on: pool) { row in
            try await publisher.publish(
              AMQPMessage(cloudEvent: row.body, type: row.type, id: "\(row.type)-\(row.id)"), exchange: exchange,
              routingKey: key ?? row.type, mandatory: mandatory)
          }
          failed = false
          if count == 0 { break }
        } catch {
          if !failed {
            log.error("an outbox cannot be emptied, trying again", [.field("exchange", exchange), .error(error)])
          }
          failed = true
          do { try await Task.sleep(for: .seconds(1)) } catch { return }
        }
      }
      if Task.isCancelled { return }
    }
  }
}
