/// A publishing connection with confirms. Reconnects to any of its hosts, and declares its topology on every connect before
/// anything is published. Mandatory messages carry the header `x-publish-sequence`, by which a returned one is matched to
/// its publish; this driver's consumers do not show it.
public final class AMQPPublisher: Sendable {
  private let connection: Connection<PublishRole>

  public init(configuration: AMQPConfiguration, topology: AMQPTopology = AMQPTopology()) {
    connection = Connection(configuration, topology, PublishRole())
  }

  /// Keeps the connection until the task is cancelled; then waits up to `drain` for the confirms still missing, and
  /// closes. Call it once.
  public func run(drain: Duration = .seconds(5)) async { await connection.run(drain: drain) }

  public var isConnected: Bool { connection.connected.value }

  /// Publishes and returns when the broker has confirmed. Any number may be in flight at once. Cancelling the task
  /// does not end the wait; `timeout` does. While there is no connection it waits for one.
  ///
  /// Throws `.invalidMessage`; `.returned` (no queue took a mandatory message); `.nacked`; `.channelClosed` (for
  /// example no such exchange); `.disconnected`, `.timedOut`, `.blocked`, of which `outcomeUnknown` says whether the
  /// message had left.
  public func publish(
    _ message: AMQPMessage, exchange: String, routingKey: String, mandatory: Bool = true,
    timeout: Duration = .seconds(30)
  ) async throws(AMQPError) {
    try message.validate(exchange: exchange, routingKey: routingKey)
    let outcome = await connection.call(
      message, exchange: exchange, routingKey: routingKey, mandatory: mandatory, timeout: timeout)
    try outcome.get()
  }

  /// What a queue holds; nil where there is none. Throws `.disconnected`, `.blocked`. Good enough to wait by, not to delete
  /// by: a quorum queue that is slow to answer the broker counts as empty.
  public func state(of queue: String) async throws(AMQPError) -> AMQPQueueState? {
    try await connection.state(of: queue)
  }

  /// Whether a queue hands out nothing; who takes a message from it may have to take it twice. Throws `.topology` where
  /// the broker refuses, `.disconnected`, `.blocked`.
  public func isEmpty(queue: String) async throws(AMQPError) -> Bool { try await connection.isEmpty(queue) }

  /// Deletes a queue with all that is in it. Throws `.topology` where the broker refuses, `.disconnected`, `.blocked`.
  public func delete(queue: String) async throws(AMQPError) { try await connection.delete(queue: queue) }

  /// Sends and forgets: no confirm is awaited and nothing says whether a queue took it (replies, transient messages).
  /// While there is no connection it waits for one, as long as `timeout` and the caller's task allow.
  /// Throws `.invalidMessage`, `.disconnected` or `.blocked`.
  public func send(
    _ message: AMQPMessage, exchange: String, routingKey: String, timeout: Duration = .zero
  ) async throws(AMQPError) {
    try message.validate(exchange: exchange, routingKey: routingKey)
    try await connection.send(message, exchange: exchange, routingKey: routingKey, waitingAtMost: timeout)
  }
}
