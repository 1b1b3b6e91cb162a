import Contracts
import EventLoop
import Messaging
import Service

/// The parts of statistics, put together. Reading, merging and writing of news share one thread.
enum StatsService {
  static func components(
    _ settings: StatsSettings, _ context: ServiceContext, loop: EventLoop
  ) async throws -> [any Component] {
    let log = context.log
    let pool = StatsMain.database.pool(
      url: settings.database, context: context, connections: settings.connections, loop: loop)
    try await StatsMain.database.check(pool, log: context.log)
    let broker = try Broker(url: settings.broker, context: context, loop: loop)
    let publisher = broker.publisher(declaring: [Topology.statsAudit])
    let operations = OperationClient(amqp: broker.configuration, service: .stats)
    let deadLetters = DeadLetters(publisher: publisher, service: .stats, log: log)
    let metrics = StatsMetrics(context.metrics)
    let idempotency = IdempotencyStore(schema: "stats")
    let replay = LetterReplay(publisher: publisher, user: broker.configuration.user)
    let orders = DeadLetterReplayStore(pool: pool)
    let mailouts = MailoutFactStore(pool: pool)
    var handlers = OperationHandlers()
    let events = Outbox(table: "stats.event", service: .stats)
    let messages = MessageStore(
      pool: pool, shard: Int16.random(in: 0..<64),
      settled: settings.tellsMessages ? SettledTeller(outbox: events) : nil)
    let store = StatsStore(pool: pool)
    StatsHandlers(store: store, lists: MessageListStore(pool: pool)).register(in: &handlers)
    TimelineHandlers(store: TimelineStore(pool: pool, messages: store), stats: store).register(in: &handlers)
    ReceiptHandlers(
      pool: pool, store: ReceiptStore(), messages: messages, idempotency: idempotency, log: log
    ).register(in: &handlers)
    DeadLetterHandlers(
      pool: pool, letters: DeadLetterStore(pool: pool), orders: orders, idempotency: idempotency, replay: replay,
      metrics: metrics
    ).register(in: &handlers)
    let auditLog = AuditLogStore(pool: pool)
    AuditHandlers(store: auditLog).register(in: &handlers)
    PersonHandlers(
      erasing: PersonErasureStore(pool: pool, idempotency: idempotency), reading: PersonMessagesStore(pool: pool)
    ).register(in: &handlers)
    let strangers = broker.publisher(declaring: [], name: "events publisher")
    return events.publicPublishers(pool: pool, events: strangers, log: log, metrics: context.metrics) + [
      RunComponent("amqp publisher") { await publisher.run() },
      operations,
      Ingest(
        loop: loop,
        sources: [
          .init(queue: Topology.statsBatches, consumer: broker.consumer(of: Topology.statsBatches, prefetch: 450)),
          .init(queue: Topology.statsOutcomes, consumer: broker.consumer(of: Topology.statsOutcomes, prefetch: 200)),
        ],
        store: messages,
        deadLetters: deadLetters, log: log, metrics: metrics),
      GroupConsumer(
        "mailout events", consumer: broker.consumer(of: Topology.statsEvents, prefetch: 50), of: Topology.statsEvents,
        pool: pool, deadLetters: deadLetters, log: log, read: MailoutEvent.read
      ) { events in
        for case .unknown(let type) in events.map(\.news) {
          log.info("an event of a kind not known here is passed over", [.field("type", type)])
        }
        try await mailouts.write(events)
      },
      GroupConsumer(
        "timelines", consumer: broker.consumer(of: Topology.statsTimeline, prefetch: 500), of: Topology.statsTimeline,
        pool: pool, deadLetters: deadLetters, log: log, rest: .milliseconds(100), read: Happening.read
      ) { try await HappeningStore.record($0.compactMap(\.self), on: pool) },
      DeadLetterConsumer(
        consumer: broker.consumer(of: Topology.statsDead, prefetch: 50), store: DeadLetterStore(pool: pool), log: log,
        metrics: metrics),
      DeadLetterReplayer(store: orders, replay: replay, log: log, metrics: metrics),
      AuditPublisher(trail: idempotency.audit, service: .stats, pool: pool, publisher: publisher, log: log),
      GroupConsumer(
        "audit records", consumer: broker.consumer(of: Topology.statsAudit, prefetch: 10), of: Topology.statsAudit,
        pool: pool, deadLetters: deadLetters, log: log, read: AuditBatch.read
      ) { for batch in $0 { try await auditLog.write(batch) } },
      Housekeeping(every: .seconds(600), log: log) {
        try await idempotency.purge(on: pool)
        try await auditLog.purge(olderThan: settings.auditKeep)
        try await mailouts.purge()
        try await ErasedCustomers.purge(on: pool)
      },
      OperationServer(
        service: .stats, amqp: broker.configuration, publisher: publisher, handlers: handlers,
        integrations: RemoteIntegrations(operations: operations, service: .stats),
        refused: RefusedCommands(trail: idempotency.audit, pool: pool, log: log), log: log, metrics: context.metrics),
    ]
  }
}
