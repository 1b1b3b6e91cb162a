public import AMQP
import Contracts
public import Service

/// Where messages go that nobody can handle: to `mailout.dead`, with the reason in their headers, into a table that an
/// operator can read and replay from. The consumer goes on.
public struct DeadLetters: Sendable {
  private let publisher: AMQPPublisher
  private let service: String
  private let log: Log

  /// - Parameter publisher: its topology must include the dead letters' queue, as `AMQPTopology(queues:)` does.
  public init(publisher: AMQPPublisher, service: ServiceName, log: Log) {
    self.publisher = publisher
    self.service = service.rawValue
    self.log = log
  }

  /// Moves a delivery out of its queue: published as a dead letter with a confirm first, acknowledged after; given back
  /// where the broker does not take it.
  public func bury(_ delivery: AMQPDelivery, from queue: String, reason: String) async {
    var message = delivery.message
    message.properties.headers[DeadLetterHeader.reason] = .string(String(reason.prefix(2_000)))
    message.properties.headers[DeadLetterHeader.queue] = .string(queue)
    message.properties.headers[DeadLetterHeader.exchange] = .string(delivery.exchange)
    message.properties.headers[DeadLetterHeader.routingKey] = .string(delivery.routingKey)
    message.properties.headers[DeadLetterHeader.service] = .string(service)
    message.properties.headers[DeadLetterHeader.user] = message.properties.userID.map { .string($0) }
    message.properties.headers[DeadLetterHeader.firstQueue] = nil
    // Somebody else's user id would be refused by the broker, an expiration would lose the letter.
    message.properties.userID = nil
    message.properties.expiration = nil
    message.properties.persistent = true
    do {
      try await publisher.publish(message, exchange: Topology.dead.name, routingKey: queue)
      await delivery.ack()
      log.warning(
        "dead letter",
        [
          .field("queue", queue), .field("reason", reason),
          .field("message", delivery.message.properties.messageID ?? ""),
        ])
    } catch {
      log.error(
        "a dead letter could not be published, its message goes back",
        [
          .field("queue", queue),
          .field("reason", reason), .error(error),
        ])
      await delivery.nack(requeue: true)
    }
  }
}
