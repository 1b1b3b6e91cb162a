/// What a consumer answers to one delivery.
public enum AMQPSettlement: Sendable, Equatable {
  /// Done with it.
  case ack
  /// Back to the queue; a quorum queue counts it as a delivery.
  case requeue
  /// Not wanted: to the dead-letter exchange, or dropped.
  case reject
}
