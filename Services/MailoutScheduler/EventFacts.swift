import Contracts
import Messaging
import Postgres

/// Writes what became of a mailout to the outbox, in the transaction that did it.
struct EventFacts: Sendable {
  let outbox: Outbox
  let mailouts: MailoutStore

  /// - Returns: the mailout as it now is; nil where there is none.
  func tell(_ type: EventType, of id: Int64, on connection: PostgresConnection) async throws -> Mailout? {
    guard let mailout = try await mailouts.find(id, on: connection) else { return nil }
    try await outbox.add(type.rawValue, data: mailout.fact, on: connection)
    return mailout
  }
}
