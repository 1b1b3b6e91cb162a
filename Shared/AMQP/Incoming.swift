/// What the broker says, free of C.
enum Incoming {
  struct Delivered {
    let deliveryTag: UInt64
    let redelivered: Bool
    let exchange: String
    let routingKey: String
  }

  struct Returned {
    let reason: String
    let exchange: String
    let routingKey: String
  }

  /// A method that content follows.
  enum Start {
    case delivered(Delivered)
    case returned(Returned)
  }

  case delivery(Delivered, AMQPMessage)
  /// `sequence`: the number the publisher gave it.
  case returned(Returned, AMQPMessage, sequence: UInt64?)
  case confirmed(tag: UInt64, multiple: Bool, acked: Bool)
  case consumerCancelled
  case channelClosed(UInt16, AMQPError)
  case connectionClosed(AMQPError)
  case blocked(String)
  case unblocked
}
