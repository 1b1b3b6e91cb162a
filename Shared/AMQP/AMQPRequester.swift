/// Request and reply over the broker's direct reply-to, on its own connection.
public final class AMQPRequester: Sendable {
  private let connection: Connection<RequestRole>

  public init(configuration: AMQPConfiguration, topology: AMQPTopology = AMQPTopology()) {
    connection = Connection(configuration, topology, RequestRole())
  }

  /// Keeps the connection until the task is cancelled; then waits up to five seconds for replies still missing, and
  /// closes. Call it once.
  public func run() async { await connection.run(drain: .seconds(5)) }

  public var isConnected: Bool { connection.connected.value }

  /// Sends a request and returns its reply. Thousands may be in flight at once. The request's reply-to, correlation id
  /// and expiration (= `timeout`) are set here; a late reply is ignored. Cancelling the task does not end the wait.
  ///
  /// Throws `.invalidMessage`; `.returned` where nobody has the queue; `.timedOut`; `.disconnected`; `.blocked`;
  /// `.channelClosed` (no such exchange).
  public func request(
    _ message: AMQPMessage, exchange: String, routingKey: String, timeout: Duration
  ) async throws(AMQPError) -> AMQPMessage {
    try message.validate(exchange: exchange, routingKey: routingKey)
    let outcome = await connection.call(
      message, exchange: exchange, routingKey: routingKey, mandatory: true, timeout: timeout)
    return try outcome.get()
  }
}
