import Contracts
import Messaging
import Postgres

/// Tells the public which messages have settled, in the transaction that writes their rows: many in one event, so that a
/// million messages are two thousand events.
struct SettledTeller: Sendable {
  let outbox: Outbox

  /// - Parameter facts: rows that are new or another than they were.
  func tell(_ facts: [MessageFact], on connection: PostgresConnection) async throws {
    try await tell(.messagesSettled, facts.lazy.filter { $0.status.isFinal && $0.status != .delivered }, on: connection)
    try await tell(.messagesDelivered, facts.lazy.filter { $0.status == .delivered }, on: connection)
  }

  private func tell(
    _ type: EventType, _ facts: some Sequence<MessageFact>, on connection: PostgresConnection
  ) async throws {
    var messages: [SettledMessages.Message] = []
    for fact in facts {
      if messages.isEmpty { messages.reserveCapacity(SettledMessages.maxCount) }
      messages.append(fact.settled)
      guard messages.count == SettledMessages.maxCount else { continue }
      try await add(type, messages, on: connection)
      messages.removeAll(keepingCapacity: true)
    }
    if !messages.isEmpty { try await add(type, messages, on: connection) }
  }

  private func add(
    _ type: EventType, _ messages: [SettledMessages.Message], on connection: PostgresConnection
  ) async throws {
    try await outbox.add(type.rawValue, json: SettledMessages(messages: messages).bytes, on: connection)
  }
}

extension MessageFact {
  fileprivate var settled: SettledMessages.Message {
    SettledMessages.Message(
      id: id, mailoutID: mailoutID == NoMailout.id ? nil : mailoutID, customerID: customerID == 0 ? nil : customerID,
      status: status, attempts: attempts, reason: reason, providerMessageID: providerMessageID,
      finishedAt: finishedAt ?? 0)
  }
}
