/// A consuming connection with a prefetch. Reconnects to any of its hosts, and declares its topology on every connect and
/// after the broker has cancelled the consumer.
public final class AMQPConsumer: Sendable {
  private let connection: Connection<ConsumeRole>
  private let queue: DeliveryQueue

  /// `queue` is "" for the topology's queue named "" (the broker then chooses its name; mostly an exclusive one). At
  /// most `prefetch` (1 to 65,535) deliveries are unsettled at once.
  public init(configuration: AMQPConfiguration, topology: AMQPTopology = AMQPTopology(), queue: String, prefetch: Int) {
    let role = ConsumeRole(queue: queue, prefetch: max(1, prefetch))
    self.queue = role.deliveries
    connection = Connection(configuration, topology, role)
  }

  /// Keeps consuming until the task is cancelled, then ends `deliveries` and closes; what is not settled by then is
  /// delivered again elsewhere. To finish what is held first: `finish()`, settle it, then cancel. Call it once.
  public func run() async { await connection.run(drain: .zero) }

  public var isConnected: Bool { connection.connected.value }

  /// The deliveries, over reconnects, until `run()` has ended.
  public var deliveries: AMQPDeliveries { AMQPDeliveries(queue: queue) }

  /// Takes no more from the broker, also after a reconnect. What has been delivered stays in `deliveries`, and can be
  /// settled. An auto-delete queue is deleted by it.
  public func pause() async { await connection.pause() }

  /// Takes no more from the broker, and ends `deliveries` once what has been delivered is taken. The connection stays,
  /// to settle what is held, until `run()` is cancelled.
  public func finish() async {
    await connection.pause()
    queue.end()
  }

  /// Ends a pause; declares the topology first.
  public func resume() async { await connection.resume() }
}
