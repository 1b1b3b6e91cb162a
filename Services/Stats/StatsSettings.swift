import Messaging
import Service

/// The settings of statistics.
struct StatsSettings: Sendable {
  let database: Secret
  let broker: Secret
  let connections: Int
  let auditKeep: Duration
  /// Whether the public is told of each message's end.
  let tellsMessages: Bool

  init(_ settings: inout Settings) {
    database = Database.url(from: &settings)
    broker = Broker.url(from: &settings)
    connections = settings.integer(
      "MAILOUT_DATABASE_CONNECTIONS", default: 6, in: 3...100, help: "Database connections at most.")
    auditKeep = settings.duration(
      "MAILOUT_AUDIT_KEEP", default: .seconds(400 * 86_400), in: .seconds(3_600)...(.seconds(36_500 * 86_400)),
      help: "How long the audit log is kept.")
    tellsMessages = settings.bool(
      "MAILOUT_MESSAGE_EVENTS", default: true,
      help: "Whether message.settled and message.delivered tell the public of every message's end.")
  }
}
