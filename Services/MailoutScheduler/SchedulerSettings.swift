import Messaging
import Service

/// The scheduler's settings.
struct SchedulerSettings: Sendable {
  let database: Secret
  let broker: Secret
  let lease: Duration
  let connections: Int

  init(_ settings: inout Settings) {
    database = Database.url(from: &settings)
    broker = Broker.url(from: &settings)
    lease = settings.duration(
      "MAILOUT_LEASE", default: .seconds(10), in: .seconds(2)...(.seconds(120)),
      help: "How long a dead replica's mailouts rest before another drives them.")
    connections = settings.integer(
      "MAILOUT_DATABASE_CONNECTIONS", default: 8, in: 3...100, help: "Database connections at most.")
  }
}
