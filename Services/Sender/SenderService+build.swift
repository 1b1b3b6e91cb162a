import Contracts
import EventLoop
import HTTPClient
import Messaging
import Service

/// The sender's parts, put together. Calls, claims and commits share one thread; the broker's connections have theirs.
enum SenderService {
  static func components(_ settings: SenderSettings, _ context: ServiceContext) async throws -> [any Component] {
    let log = context.log
    let loop = EventLoop(name: "dispatch")
    let pool = SenderMain.database.pool(
      url: settings.database, context: context, connections: settings.connections, loop: loop)
    try await SenderMain.database.check(pool, log: context.log)
    let broker = try Broker(url: settings.broker, context: context)
    let publisher = broker.publisher(declaring: [
      Topology.statsOutcomes, Topology.schedulerSettled, Topology.schedulerProviders, Topology.statsAudit,
    ])
    let strangers = broker.publisher(declaring: [], name: "events publisher")
    let operations = OperationClient(amqp: broker.configuration, service: .sender)
    let outbox = Outbox(table: "sender.event", service: .sender)
    let providers = ProviderStore(pool: pool, outbox: outbox)
    try await providers.takeOver(settings.provider)

    let desk = ControlDesk()
    let control = ControlFeed(
      instance: context.instance, amqp: broker.configuration, operations: operations, desk: desk, loop: loop, log: log)
    let pauser = MailoutPauser(operations: operations, log: log)
    let rateStore = RateStore(pool: pool)
    let rates = RateDesk(store: rateStore, loop: loop, log: log)
    let claims = ClaimStore(pool: pool, owner: context.instance, lease: settings.lease)
    let tools = DispatchTools(
      instance: context.instance, store: claims, providers: providers,
      wire: SenderWire(publisher: publisher, source: "/mailout/sender"), control: desk,
      permits: PermitPool(total: settings.permits), rates: rates, pauser: pauser, holdLimit: settings.holdLimit,
      // The rest is for writing down what came of them.
      drainLimit: context.drainTimeout * 3 / 4, clock: Moment.system, metrics: SenderMetrics(context.metrics))
    let supervisor = ProviderSupervisor(
      amqp: broker.configuration, publisher: publisher, prefetch: settings.prefetch, loop: loop, tools: tools, log: log)
    // A queue that does not answer holds its connection up, or costs it: nobody else's.
    let asking = broker.publisher(declaring: [], name: "retired queues")
    let retired = RetiredQueueKeeper(store: RetiredQueueStore(pool: pool), publisher: asking, log: log)
    let idempotency = IdempotencyStore(schema: "sender")
    var handlers = OperationHandlers()
    ProviderHandlers(pool: pool, store: providers, idempotency: idempotency).register(in: &handlers)
    let buyers = BuyerStore(pool: pool, outbox: outbox)
    BuyerHandlers(pool: pool, store: buyers, idempotency: idempotency).register(in: &handlers)
    let leads = leadHandlers(buyers, idempotency, context)
    leads.register(in: &handlers)
    PersonHandlers(store: PersonStore(pool: pool, idempotency: idempotency)).register(in: &handlers)
    let server = OperationServer(
      service: .sender, amqp: broker.configuration, publisher: publisher, handlers: handlers,
      integrations: RemoteIntegrations(operations: operations, service: .sender),
      refused: RefusedCommands(trail: idempotency.audit, pool: pool, log: log), log: log, metrics: context.metrics,
      commandsAtOnce: BuyerLanes.commandsAtOnce)
    context.readiness.add("provider queues", problem: "not consuming") { supervisor.isConnected }
    context.readiness.add("control", problem: "not consuming") { control.isConnected }

    return [
      RunComponent("amqp publisher") { await publisher.run() },
      RunComponent("retired queues publisher") { await asking.run() },
      operations,
    ] + outbox.eventPublishers(pool: pool, facts: publisher, events: strangers, log: log, metrics: context.metrics) + [
      AuditPublisher(trail: idempotency.audit, service: .sender, pool: pool, publisher: publisher, log: log),
      control,
      pauser,
      BuyerCircuitTeller(
        lanes: leads.desk.lanes, pool: pool, outbox: outbox, instance: context.instance, log: log),
      RunComponent("rate tokens") { await rates.run() },
      RunComponent("queues of deleted providers") { await retired.run(every: .seconds(5)) },
      // Side by side, so that neither takes the other's time to finish.
      RunComponent("sending and operations", stop: .signal) {
        async let sending: Void = supervisor.run()
        await server.run()
        await sending
      },
      Housekeeping(every: .seconds(60), log: log) {
        try await rateStore.purge()
        try await claims.purge()
        try await idempotency.purge(on: pool)
        try await leads.store.purge()
        leads.desk.lanes.keep(only: Set(try await buyers.all().map(\.id)))
      },
    ]
  }

  /// Leads have an HTTP client and a thread of their own: whatever buyers do, no mailout notices.
  private static func leadHandlers(
    _ buyers: BuyerStore, _ idempotency: IdempotencyStore, _ context: ServiceContext
  ) -> LeadHandlers {
    let metrics = BuyerMetrics(context.metrics)
    let desk = LeadDesk(
      buyers: buyers, client: BuyerClient(), lanes: BuyerLanes(metrics: metrics, log: context.log), metrics: metrics,
      log: context.log)
    return LeadHandlers(
      desk: desk, store: LeadStore(pool: buyers.pool, outbox: buyers.outbox, audit: idempotency.audit),
      idempotency: idempotency,
      log: context.log)
  }
}
