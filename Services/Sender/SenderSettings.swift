import Messaging
import Service

/// The sender's settings.
struct SenderSettings: Sendable {
  let database: Secret
  let broker: Secret
  /// The provider named by the environment.
  let provider: ProviderDraft
  /// Calls whose result is not yet committed, over all providers.
  let permits: Int
  let prefetch: Int
  let lease: Duration
  /// See `DispatchTools.holdLimit`.
  let holdLimit: Duration
  let connections: Int

  init(_ settings: inout Settings) {
    database = Database.url(from: &settings)
    broker = Broker.url(from: &settings)
    var url = settings.url(
      "MAILOUT_PROVIDER_URL", schemes: ["http", "https"], help: "The send API's base, without /v1.")
    while url.hasSuffix("/") { url.removeLast() }
    let token = settings.secret("MAILOUT_PROVIDER_TOKEN", help: "The send API's bearer token.")
    var treatment = ProviderSettings()
    treatment.timeout = settings.duration(
      "MAILOUT_PROVIDER_TIMEOUT", default: .seconds(10), in: .milliseconds(100)...(.seconds(120)),
      help: "The longest one call may take.")
    treatment.connectTimeout = min(treatment.timeout, treatment.connectTimeout)
    treatment.concurrency = settings.integer(
      "MAILOUT_PROVIDER_CONCURRENCY", default: 64, in: 1...4096, help: "Calls under way at once, for each sender.")
    treatment.retry.maxAttempts = settings.integer(
      "MAILOUT_MAX_ATTEMPTS", default: 5, in: 1...100, help: "Calls a message gets before it has failed.")
    treatment.retry.base = settings.duration(
      "MAILOUT_RETRY_BASE", default: .seconds(1), in: .milliseconds(10)...(.seconds(600)),
      help: "The first retry waits up to so long, each further one up to twice as long.")
    treatment.retry.cap = max(treatment.retry.cap, treatment.retry.base)
    provider = ProviderDraft(
      name: Provider.environmentName, baseURL: url, token: token, isEnabled: true, settings: treatment)
    permits = settings.integer(
      "MAILOUT_PERMITS", default: 512, in: 1...16384,
      help: "K: calls whose result is not yet committed; what a killed sender may repeat.")
    prefetch = settings.integer(
      "MAILOUT_PREFETCH", default: 12, in: 1...1000, help: "Batches held at once, for each provider.")
    lease = settings.duration(
      "MAILOUT_LEASE", default: .seconds(10), in: .seconds(2)...(.seconds(120)),
      help: "How long a dead sender's batches rest before another takes them over.")
    holdLimit = settings.duration(
      "MAILOUT_HOLD_LIMIT", default: .seconds(240), in: .seconds(1)...(.seconds(1200)),
      help: "How long a batch may be held; what it has not called by then goes back to wait.")
    connections = settings.integer(
      "MAILOUT_DATABASE_CONNECTIONS", default: 4, in: 2...100, help: "Database connections at most.")
  }
}
