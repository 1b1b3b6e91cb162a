public import AMQP
import Service

/// Runs a consumer and a handler for each of its deliveries, at once; the prefetch bounds how many. On shutdown it
/// takes no more, lets the handlers end, and closes.
public struct WorkerLoop: Sendable {
  private let consumer: AMQPConsumer

  public init(consumer: AMQPConsumer) { self.consumer = consumer }

  /// - Parameters:
  ///   - handle: called for each delivery, many at once; need not have settled it when it returns.
  ///   - ended: called when no more will come, before the connection is closed: the last time to settle.
  public func run(
    _ handle: @escaping @Sendable (AMQPDelivery) async -> Void, ended: @escaping @Sendable () async -> Void = {}
  ) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await consumer.run() }
      group.addTask {
        await Shutdown.requested()
        await consumer.finish()
      }
      await withDiscardingTaskGroup { handlers in
        for await delivery in consumer.deliveries {
          handlers.addTask { await handle(delivery) }
        }
      }
      await ended()
      group.cancelAll()
    }
  }
}
