import Messaging
import Service

/// The settings of statistics.
struct StatsSettings: Sendable {
  let database: Secret
  let broker: Secret
  let connections: Int

  init(_ settings: inout Settings) {
    database = Database.url(from: &settings)
    broker = Broker.url(from: &settings)
    connections = settings.integer(
      "MAILOUT_DATABASE_CONNECTIONS", default: 6, in: 3...100, help: "Database connections at most.")
  }
}
