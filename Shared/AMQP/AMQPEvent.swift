/// What happens to a connection, for logs and metrics. No event holds a password.
public enum AMQPEvent: Sendable, Equatable {
  /// Connected, logged in, topology declared.
  case connected(host: String)
  /// One host could not be used; the next is tried, or all again after a pause.
  case connectFailed(host: String, AMQPError)
  /// The connection is gone; it is made again unless `run()` was cancelled.
  case disconnected(AMQPError)
  /// The broker holds publishers back; the reason is its own.
  case blocked(reason: String)
  case unblocked
  /// No queue took a mandatory message.
  case returned(exchange: String, routingKey: String, reason: String)
  /// The broker closed a channel; it is opened again.
  case channelClosed(AMQPError)
  /// The broker ended the consumer (queue deleted, node gone); it is declared and started again.
  case consumerCancelled(queue: String)
}
