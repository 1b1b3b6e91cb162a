import Contracts
import EventLoop
import HTTPClient
import Messaging
import Postgres
import Security
import Service

extension CustomerService {
  /// Everything that runs, in the order of need: what comes later uses what stands before it.
  func components(zones: TimeZoneNames, countries: CountryCodes, keys: TokenKeyBox) throws -> [any Component] {
    let broker = try Broker(url: settings.brokerURL, context: context)
    let publisher = broker.publisher(declaring: [Topology.statsEvents, Topology.statsAudit, Topology.statsTimeline])
    let outbox = Outbox(table: "\(CustomerDatabase.schema).event", service: .customer)
    let consent = Consent(events: outbox)
    let inUse = CustomerNames(zones: zones, pool: pool)
    let openID = settings.openID.map { settings in
      OpenIDProvider(
        settings: settings, http: HTTPClient(configuration: HTTPClientConfiguration(maxResponseBytes: 1 << 20)))
    }
    let metrics = CustomerMetrics(context.metrics)
    let mailbox = settings.mail == nil ? nil : ResetMailbox()
    let operations = OperationClient(amqp: broker.configuration, service: .customer)
    let erasures = Signal()
    let handlers = Self.handlers(
      pool: pool, loop: loop, zones: zones, countries: countries, inUse: inUse, keys: keys, outbox: outbox,
      consent: consent, operations: operations, erasures: erasures, metrics: metrics, log: context.log, openID: openID,
      mailbox: mailbox)
    let audit = AuditTrail(schema: CustomerDatabase.schema)
    let server = OperationServer(
      service: .customer, amqp: broker.configuration, publisher: publisher, handlers: handlers,
      integrations: IntegrationStore(pool: pool),
      refused: RefusedCommands(trail: audit, pool: pool, log: context.log), log: context.log,
      metrics: context.metrics)
    context.readiness.add("operations", problem: "not taking commands and queries") { server.isConnected }
    var mailers: [any Component] = []
    if let mail = settings.mail, let mailbox {
      mailers.append(
        ResetMailer(mailbox: mailbox, settings: mail, pool: pool, metrics: metrics, log: context.log))
    }
    let strangers = broker.publisher(declaring: [], name: "events publisher")
    let events = outbox.eventPublishers(
      pool: pool, facts: publisher, events: strangers, log: context.log, metrics: context.metrics)
    let always: [any Component] = [
      RunComponent("publisher") { await publisher.run() },
      operations,
      consent.control.publisher(to: Topology.control, key: "", pool: pool, publisher: publisher, log: context.log),
      AuditPublisher(trail: audit, service: .customer, pool: pool, publisher: publisher, log: context.log),
      RunComponent("token keys") { [log = context.log] in await keys.run(log: log) },
      ErasureDriver(
        pool: pool, operations: operations, idempotency: IdempotencyStore(schema: CustomerDatabase.schema),
        outbox: outbox, bell: erasures, log: context.log),
      Housekeeping(every: .seconds(600), log: context.log) {
        try await purge()
        try await inUse.complete()
      },
    ]
    return always + events + mailers + [server]
  }

  /// What the service answers to; tests call these without a broker.
  static func handlers(
    pool: PostgresPool, loop: EventLoop? = nil, zones: TimeZoneNames, countries: CountryCodes, inUse: CustomerNames,
    keys: TokenKeyBox, outbox: Outbox, consent: Consent, operations: any OperationCalling, erasures: Signal = Signal(),
    metrics: CustomerMetrics, log: Log, openID: OpenIDProvider? = nil, mailbox: ResetMailbox? = nil,
    passwordCost: PasswordCost = .interactive
  ) -> OperationHandlers {
    let names = AttributeNames(pool: pool)
    let idempotency = IdempotencyStore(schema: CustomerDatabase.schema)
    var handlers = OperationHandlers()
    CustomerHandlers(
      pool: pool, loop: loop, zones: zones, names: names, inUse: inUse, idempotency: idempotency, outbox: outbox,
      consent: consent, metrics: metrics, log: log,
      newCustomers: NewCustomers(pool: pool, idempotency: idempotency, outbox: outbox, log: log, executor: loop),
      reader: CustomerReader(pool: pool, executor: loop)
    ).register(in: &handlers)
    ImportHandler(
      pool: pool, zones: zones, names: names, inUse: inUse, idempotency: idempotency, outbox: outbox,
      consent: consent, metrics: metrics, log: log
    ).register(in: &handlers)
    ConsentHandlers(pool: pool).register(in: &handlers)
    for (kind, operations, names) in [
      (NamedKind.tag, NamedHandlers.Operations.tags, nil), (.phoneCode, .phoneCodes, inUse.phoneCodes),
      (.timezone(zones), .timezones, inUse.timezones),
    ] as [(NamedKind, NamedHandlers.Operations, NamesInUse?)] {
      NamedHandlers(kind: kind, pool: pool, idempotency: idempotency, outbox: outbox, log: log, inUse: names)
        .register(operations, in: &handlers)
    }
    MappingHandlers(pool: pool, idempotency: idempotency, outbox: outbox, metrics: metrics, log: log)
      .register(in: &handlers)
    ExportHandler(pool: pool, zones: zones).register(in: &handlers)
    AudienceHandlers(
      store: AudienceStore(pool: pool), counts: AudienceCountStore(pool: pool), names: names, metrics: metrics
    ).register(in: &handlers)
    let contacts = ContactHandlers(
      pool: pool, idempotency: idempotency, outbox: outbox, consent: consent, countries: countries, metrics: metrics,
      log: log)
    contacts.register(in: &handlers)
    registerAccounts(
      in: &handlers, contacts: contacts, mailbox: mailbox, keys: keys, passwordCost: passwordCost)
    ContactGroupHandlers(pool: pool, idempotency: idempotency, outbox: outbox, log: log).register(in: &handlers)
    ErasureHandlers(
      pool: pool, idempotency: idempotency, outbox: outbox, consent: consent, bell: erasures, metrics: metrics, log: log
    ).register(in: &handlers)
    PersonalDataHandler(pool: pool, operations: operations, audit: idempotency.audit, log: log)
      .register(in: &handlers)
    IntegrationHandlers(integrations: IntegrationStore(pool: pool)).register(in: &handlers)
    registerAccess(
      in: &handlers, pool: pool, keys: keys, idempotency: idempotency, outbox: outbox, openID: openID, metrics: metrics,
      log: log,
      passwordCost: passwordCost)
    return handlers
  }

  /// Clears away what has expired.
  private func purge() async throws {
    try await IdempotencyStore(schema: CustomerDatabase.schema).purge(on: pool)
    try await RefreshTokenStore(pool: pool).purge()
    try await SessionStore().purge(on: pool)
    try await ResetTokenStore().purge(on: pool)
    try await LoginThrottle(pool: pool).purge()
    try await ExternalLoginStore(pool: pool).purge()
    try await ConsentStore().purge(on: pool)
  }
}
