import AMQP
import Contracts
import Messaging
import Postgres
import Service

/// The scheduler's parts, put together.
enum Scheduler {
  static func components(_ settings: SchedulerSettings, _ context: ServiceContext) async throws -> [any Component] {
    let log = context.log
    let pool = SchedulerMain.database.pool(url: settings.database, context: context, connections: settings.connections)
    try await SchedulerMain.database.check(pool)
    let broker = try Broker(url: settings.broker, context: context)
    let providers: Set = [MailoutDraft.defaultProvider]
    let publisher = broker.publisher(
      declaring: providers.map(Topology.senderBatches) + [
        Topology.statsBatches, Topology.statsOutcomes, Topology.statsEvents,
      ])
    let operations = OperationClient(amqp: broker.configuration, service: .mailoutScheduler)
    let audience = AudienceClient(
      operations: operations,
      caller: Caller(principal: "service:mailout-scheduler", scopes: ["customers:read"]))

    let mailouts = MailoutStore()
    let outcomeOutbox = Outbox(table: "mailout.outcome", service: .mailoutScheduler)
    let events = EventFacts(mailouts: mailouts)
    let life = LifeStore(pool: pool, owner: context.instance, lease: settings.lease, events: events)
    let issues = IssueStore(pool: pool, owner: context.instance, publishLease: settings.lease)
    let waiting = WaitingStore(pool: pool, publishLease: settings.lease)
    let batches = BatchStore(pool: pool, publishLease: settings.lease)
    let metrics = SchedulerMetrics(context.metrics)
    let batchPublisher = BatchPublisher(publisher: publisher, store: batches, log: log)
    let drivers = DriverPool(
      tools: DriverTools(
        pool: pool, mailouts: mailouts, life: life, issues: issues, waiting: waiting, batches: batches,
        issuer: Issuer(store: issues, ids: MessageIDs(store: issues), source: "/mailout/mailout-scheduler"),
        publisher: batchPublisher, audience: audience, pace: Pace(store: batches), outcomes: outcomeOutbox, log: log,
        metrics: metrics))
    let idempotency = IdempotencyStore(schema: "mailout")
    var handlers = OperationHandlers()
    MailoutHandlers(
      pool: pool, store: mailouts, events: events, idempotency: idempotency, audience: audience, providers: providers
    ).register(in: &handlers)

    return events.outbox.eventPublishers(pool: pool, publisher: publisher, log: log) + [
      RunComponent("amqp publisher") { await publisher.run() },
      operations,
      events.control.publisher(to: Topology.control, key: "", pool: pool, publisher: publisher, log: log),
      outcomeOutbox.publisher(
        to: Topology.outcomes, key: Topology.outcomeKey, mandatory: true, pool: pool, publisher: publisher, log: log),
      RunComponent("unpublished batches") { await batchPublisher.sweep(every: Duration.seconds(2)) },
      SettledConsumer(
        consumer: broker.consumer(of: Topology.schedulerSettled, prefetch: 200), store: batches,
        deadLetters: DeadLetters(publisher: publisher, service: .mailoutScheduler, log: log), log: log,
        onSettled: drivers.settled),
      drivers,
      StartTimer(
        life: life, pool: pool, audience: audience, log: log, metrics: metrics, onChange: drivers.changed,
        onStart: { _ in drivers.wake() }),
      OperationServer(
        service: .mailoutScheduler, amqp: broker.configuration, publisher: publisher, handlers: handlers, log: log,
        metrics: context.metrics),
      Housekeeping(every: .seconds(600), log: log) { try await idempotency.purge(on: pool) },
    ]
  }
}
