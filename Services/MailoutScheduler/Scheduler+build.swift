import AMQP
import Contracts
import EventLoop
import Messaging
import Postgres
import Service

/// The scheduler's parts, put together.
enum Scheduler {
  static func components(
    _ settings: SchedulerSettings, _ context: ServiceContext, loop: EventLoop
  ) async throws -> [any Component] {
    let log = context.log
    let pool = SchedulerMain.database.pool(
      url: settings.database, context: context, connections: settings.connections, loop: loop)
    try await SchedulerMain.database.check(pool, log: context.log)
    let broker = try Broker(url: settings.broker, context: context, loop: loop)
    let publisher = broker.publisher(
      declaring: [
        Topology.senderBatches(provider: MailoutDraft.defaultProvider), Topology.statsBatches, Topology.statsOutcomes,
        Topology.statsEvents, Topology.statsAudit,
      ])
    let publishers = ProviderPublishers([MailoutDraft.defaultProvider: publisher]) { provider in
      broker.publisher(
        declaring: [Topology.senderBatches(provider: provider), Topology.statsBatches], name: "publisher \(provider)")
    }
    let operations = OperationClient(amqp: broker.configuration, service: .mailoutScheduler)
    let caller = Caller(
      principal: "service:mailout-scheduler", scopes: ["customers:read", "mailouts:read", "messages:read"])
    let audience = AudienceClient(operations: operations, caller: caller)

    let mailouts = MailoutStore()
    let outcomeOutbox = Outbox(table: "mailout.outcome", service: .mailoutScheduler)
    let events = EventFacts(mailouts: mailouts)
    let life = LifeStore(pool: pool, owner: context.instance, lease: settings.lease, events: events)
    let issues = IssueStore(pool: pool, owner: context.instance, publishLease: settings.lease)
    let singles = SingleStore(pool: pool, publishLease: settings.lease)
    let waiting = WaitingStore(pool: pool, publishLease: settings.lease)
    let batches = BatchStore(pool: pool, publishLease: settings.lease)
    let retries = RetryStore(pool: pool)
    let board = ProviderBoard()
    let metrics = SchedulerMetrics(context.metrics)
    log.info("time zones", [.field("release", ZoneBook.version)])
    let batchPublisher = BatchPublisher(store: batches, log: log) { message, provider in
      try await publishers.publisher(of: provider).publish(
        message, exchange: Topology.batches.name, routingKey: provider)
    }
    let issuer = Issuer(store: issues, source: "/mailout/mailout-scheduler")
    let stats = StatsClient(operations: operations, caller: caller)
    let drivers = DriverPool(
      tools: DriverTools(
        pool: pool, life: life, issues: issues, waiting: waiting, singles: singles,
        batches: batches, issuer: issuer, publisher: batchPublisher, audience: audience, stats: stats,
        retries: retries, pace: Pace(store: batches, board: board), board: board, outcomes: outcomeOutbox, log: log,
        metrics: metrics))
    let deadLetters = DeadLetters(publisher: publisher, service: .mailoutScheduler, log: log)
    let providers = ProviderProjection(
      consumer: broker.consumer(of: Topology.schedulerProviders, prefetch: 100), store: ProviderStore(pool: pool),
      board: board, sender: SenderClient(operations: operations, caller: caller), deadLetters: deadLetters, log: log,
      onChange: {
        publishers.keep(board.names)
        drivers.providersChanged()
      })
    let idempotency = IdempotencyStore(schema: "mailout")
    var handlers = OperationHandlers()
    MailoutHandlers(
      pool: pool, store: mailouts, events: events, idempotency: idempotency, audience: audience, retries: retries,
      providers: providers.names
    ).register(in: &handlers)
    let singleBell = Signal()
    SingleHandlers(
      pool: pool, store: singles, mailouts: mailouts, idempotency: idempotency, audience: audience, stats: stats,
      issuer: issuer, outcomes: outcomeOutbox, events: events.outbox, providers: providers.names, bell: singleBell,
      log: log, metrics: metrics
    ).register(in: &handlers)
    PersonHandlers(
      store: PersonStore(pool: pool, idempotency: idempotency, outcomes: outcomeOutbox)
    ).register(in: &handlers)

    let strangers = broker.publisher(declaring: [], name: "events publisher")
    let published = events.outbox.eventPublishers(
      pool: pool, facts: publisher, events: strangers, log: log, metrics: context.metrics)
    return published + [
      RunComponent("amqp publisher") { await publisher.run() },
      publishers,
      operations,
      providers,
      events.control.publisher(to: Topology.control, key: "", pool: pool, publisher: publisher, log: log),
      outcomeOutbox.publisher(
        to: Topology.outcomes, key: Topology.outcomeKey, mandatory: true, pool: pool,
        publisher: publisher, log: log),
      AuditPublisher(
        trail: idempotency.audit, service: .mailoutScheduler, pool: pool, publisher: publisher, log: log),
      RunComponent("published batches") { await batchPublisher.keepMarking(every: .seconds(1)) },
      RunComponent("unpublished batches") { await batchPublisher.sweep(every: .seconds(2)) },
      GroupConsumer(
        "settled batches", consumer: broker.consumer(of: Topology.schedulerSettled, prefetch: 200),
        of: Topology.schedulerSettled, pool: pool, deadLetters: deadLetters, log: log, read: BatchSettled.read
      ) { settled in
        let settlement = try await batches.settle(settled)
        batchPublisher.settled(settled.map(\.batchID))
        drivers.settled(settlement)
      },
      drivers,
      SingleWaker(pool: pool, bell: singleBell, log: log) {
        drivers.settled(Settlement(mailouts: [NoMailout.id], waiting: [NoMailout.id]))
      },
      StartTimer(
        life: life, pool: pool, audience: audience, log: log, metrics: metrics, onChange: drivers.changed,
        onStart: drivers.started),
      OperationServer(
        service: .mailoutScheduler, amqp: broker.configuration, publisher: publisher, handlers: handlers,
        integrations: RemoteIntegrations(operations: operations, service: .mailoutScheduler),
        refused: RefusedCommands(trail: idempotency.audit, pool: pool, log: log), log: log, metrics: context.metrics),
      Housekeeping(every: .seconds(600), log: log) {
        try await idempotency.purge(on: pool)
        try await issues.purgeReached()
      },
    ]
  }
}
