import Messaging
import Service

/// The settings of statistics.
struct StatsSettings: Sendable {
  let database: Secret
  let broker: Secret
  let connections: Int
  let auditKeep: Duration

  init(_ settings: inout Settings) {
    database = Database.url(from: &settings)
    broker = Broker.url(from: &settings)
    connections = settings.integer(
      "MAILOUT_DATABASE_CONNECTIONS", default: 6, in: 3...100, help: "Database connections at most.")
    auditKeep = settings.duration(
      "MAILOUT_AUDIT_KEEP", default: .seconds(400 * 86_400), in: .seconds(3_600)...(.seconds(36_500 * 86_400)),
      help: "How long the audit log is kept.")
  }
}
