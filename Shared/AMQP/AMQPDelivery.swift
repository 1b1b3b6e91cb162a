/// A message from a queue. It must be settled once: `ack()` or `nack(requeue:)`.
public struct AMQPDelivery: Sendable {
  public let message: AMQPMessage
  public let exchange: String
  public let routingKey: String
  /// Whether it may have been delivered before.
  public let redelivered: Bool
  /// How often it was delivered before: exact for quorum queues (`x-delivery-count`), else 1 where redelivered.
  public let deliveryCount: Int
  private let settle: nonisolated(nonsending) @Sendable (AMQPSettlement) async -> Void

  /// For the driver, and for tests of what handles deliveries: `settle` is told the answer.
  public init(
    message: AMQPMessage, exchange: String, routingKey: String, redelivered: Bool = false, deliveryCount: Int = 0,
    settle: nonisolated(nonsending) @escaping @Sendable (AMQPSettlement) async -> Void
  ) {
    self.message = message
    self.exchange = exchange
    self.routingKey = routingKey
    self.redelivered = redelivered
    self.deliveryCount = deliveryCount
    self.settle = settle
  }

  /// Tells the broker that the message is done with. Returns without waiting for the broker; does nothing where the
  /// connection that brought the message is gone (the broker delivers it again), or where it is settled already.
  public nonisolated(nonsending) func ack() async { await settle(.ack) }

  /// Hands the message back: to the queue again, or (`requeue: false`) to the dead-letter exchange. Otherwise as `ack()`.
  public nonisolated(nonsending) func nack(requeue: Bool) async { await settle(requeue ? .requeue : .reject) }
}
