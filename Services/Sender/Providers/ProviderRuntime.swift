import AMQP
import Contracts
import EventLoop
import HTTPClient
import Messaging
import Service

/// What a sender runs for one provider: batches in, calls out. At its end no new batch is taken, the calls under way end
/// and are committed, and what is left goes back to the broker while its connection still stands.
struct ProviderRuntime: Sendable {
  let dispatcher: Dispatcher
  private let consumer: AMQPConsumer
  private let batches: BatchConsumer
  private let fetching: AsyncStream<Bool>

  init(
    _ provider: Provider, amqp: AMQPConfiguration, publisher: AMQPPublisher, prefetch: Int, loop: EventLoop,
    tools: DispatchTools, caller: (any ProviderCalling)? = nil, log: Log
  ) {
    let queue = Topology.senderBatches(provider: provider.name)
    var configuration = amqp
    configuration.name += " \(queue.name)"
    consumer = AMQPConsumer(
      configuration: configuration, topology: AMQPTopology(queues: [queue]), queue: queue.name, prefetch: prefetch)
    let (fetching, feed) = AsyncStream<Bool>.makeStream(bufferingPolicy: .bufferingNewest(1))
    self.fetching = fetching
    dispatcher = Dispatcher(
      loop: loop, provider: provider, caller: caller ?? Self.client(of: provider, loop: loop), tools: tools,
      link: { [consumer] in BrokerLink(isReceiving: consumer.isConnected, isPublishing: publisher.isConnected) },
      log: log, onFetch: { feed.yield($0) })
    batches = BatchConsumer(
      consumer: consumer, store: tools.store, dispatcher: dispatcher,
      deadLetters: DeadLetters(publisher: publisher, service: .sender, log: log), queue: queue.name,
      clock: tools.clock, log: log)
  }

  /// Until shutdown is asked for, or `stop()`.
  func run() async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await fetch() }
      group.addTask {
        await batches.run {
          await dispatcher.stop()
          await dispatcher.finished()
        }
      }
      await dispatcher.run()
      await group.next()
      group.cancelAll()
    }
  }

  /// The provider is gone.
  func stop() async { await consumer.finish() }

  var isConnected: Bool { consumer.isConnected }

  static func client(of provider: Provider, loop: EventLoop) -> ProviderClient {
    var configuration = HTTPClientConfiguration()
    // The dispatcher bounds the calls; a limit here would only make them wait unseen.
    configuration.maxConnectionsPerHost = 4096
    configuration.maxIdleConnections = 4096
    configuration.connectTimeout = provider.settings.connectTimeout
    configuration.maxResponseBytes = 64 * 1024
    return ProviderClient(http: HTTPClient(configuration: configuration, loop: loop), provider: provider)
  }

  private func fetch() async {
    for await isFetching in fetching {
      if isFetching { await consumer.resume() } else { await consumer.pause() }
    }
  }
}
