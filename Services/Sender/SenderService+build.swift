import Contracts
import EventLoop
import HTTPClient
import Messaging
import Service

/// The sender's parts, put together. Calls, claims and commits share one thread; the broker's connections have theirs.
enum SenderService {
  static func components(_ settings: SenderSettings, _ context: ServiceContext) async throws -> [any Component] {
    let log = context.log.with(.field("provider", settings.provider.name))
    let loop = EventLoop(name: "dispatch")
    let pool = SenderMain.database.pool(
      url: settings.database, context: context, connections: settings.connections, loop: loop)
    try await SenderMain.database.check(pool)
    let broker = try Broker(url: settings.broker, context: context)
    let publisher = broker.publisher(declaring: [Topology.statsOutcomes, Topology.schedulerSettled])
    let queue = Topology.senderBatches(provider: settings.provider.name)
    let consumer = broker.consumer(of: queue, prefetch: settings.prefetch)
    let store = ClaimStore(pool: pool, owner: context.instance, lease: settings.lease)
    let dispatcher = Dispatcher(
      loop: loop, provider: settings.provider,
      client: ProviderClient(
        http: HTTPClient(configuration: settings.provider.http, loop: loop), provider: settings.provider),
      store: store, wire: SenderWire(publisher: publisher, source: "/mailout/sender"), log: log,
      metrics: SenderMetrics(context.metrics, provider: settings.provider.name))
    let batches = BatchConsumer(
      consumer: consumer, store: store, dispatcher: dispatcher,
      deadLetters: DeadLetters(publisher: publisher, service: .sender, log: log), queue: queue.name, log: log)
    return [
      RunComponent("amqp publisher") { await publisher.run() },
      SendingComponent(dispatcher: dispatcher, batches: batches) { publisher.isConnected && consumer.isConnected },
      Housekeeping(every: .seconds(600), log: log) { try await store.purge() },
    ]
  }
}

extension Provider {
  var http: HTTPClientConfiguration {
    var configuration = HTTPClientConfiguration()
    configuration.maxConnectionsPerHost = concurrency
    configuration.connectTimeout = min(timeout, .seconds(5))
    configuration.maxResponseBytes = 64 * 1024
    return configuration
  }
}
