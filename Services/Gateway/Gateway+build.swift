import HTTPServer
import Messaging
import Security
import Service

extension Gateway {
  /// Puts the gateway together; tests do the same with operations of their own.
  /// - Parameter patience: what any answer may take at least, where its route allows less.
  static func build(
    settings: GatewaySettings, operations: any OperationCalling, keys: KeyRing, readiness: Readiness,
    followers: MailoutFollowers? = nil, refusals: RefusedRequests? = nil, log: Log, metrics: Metrics,
    now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }, patience: Duration = .zero,
    configure: (inout HTTPServerConfiguration) -> Void = { _ in }
  ) -> HTTPServer {
    let table = RouteTable(
      settings: settings, keys: keys, readiness: readiness,
      followers: followers ?? MailoutFollowers(limit: settings.maxFollowers), metrics: metrics)
    let contactMetrics = ContactMetrics(metrics, routes: table.routes)
    let journal = RequestJournal(log: log, metrics: metrics, contacts: contactMetrics)
    let gateway = Gateway(
      table: table, patience: patience,
      desk: Desk(
        authenticator: Authenticator(keys: keys, revocables: RevocableDesk(operations: operations, now: now)),
        addresses: ClientAddress(trustedProxies: settings.trustedProxies), operations: operations, journal: journal,
        limiter: RateLimiter(quota: settings.rateLimit), refusals: refusals, now: now))
    var configuration = HTTPServerConfiguration(host: settings.host, port: settings.port)
    configuration.threads = settings.serverThreads
    configuration.maxConnections = settings.maxConnections
    configuration.maxBodyBytes = Route.maxJSON
    configuration.onFailure = gateway.failure
    configuration.onRequest = journal.count
    configure(&configuration)
    return HTTPServer(configuration: configuration, handler: gateway)
  }

  /// What the claims of our operators' tokens must say.
  static let tokenRules = TokenRules(issuer: "mailout")

  /// Connects the parts to the broker and runs them until the process is to end.
  static func run(_ settings: GatewaySettings, _ context: ServiceContext) async throws {
    let broker = try Broker(url: settings.amqpURL, context: context)
    let client = OperationClient(amqp: broker.configuration, service: .gateway)
    let keys = KeyRing(operations: client, rules: tokenRules)
    context.readiness.add("broker", problem: "not connected") { client.isConnected }
    context.readiness.add("keys", problem: "the keys that sign tokens have not come yet") { keys.isLoaded }
    let followers = MailoutFollowers(
      limit: settings.maxFollowers,
      gauge: context.metrics.gauge("mailout_http_followers", "Streams of mailouts' progress."))
    let refusals = RefusedRequests(operations: client, log: context.log)
    let server = build(
      settings: settings, operations: client, keys: keys, readiness: context.readiness, followers: followers,
      refusals: refusals, log: context.log, metrics: context.metrics)
    // The last is the first to finish: who follows a mailout would go on for ever; then no new requests, then those in
    // flight, then the connection they need.
    try await context.run([
      RunComponent("operation client") { await client.run() },
      RunComponent("keys") { await keys.run() },
      refusals,
      ContactCounter(operations: client, gauge: ContactMetrics.contacts(context.metrics), log: context.log),
      RunComponent("http server") { try await server.run() },
      MailoutFollowing(
        followers: followers, instance: context.instance, amqp: broker.configuration, operations: client,
        log: context.log),
    ])
  }
}
