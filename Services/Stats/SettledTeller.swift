import Contracts
import Messaging
import Postgres

/// Tells the public which messages have settled, in the transaction that writes their rows: many in one event, so that a
/// million messages are two thousand events.
struct SettledTeller: Sendable {
  let outbox: Outbox

  /// - Parameter facts: rows that are new or another than they were.
  func tell(_ facts: [MessageFact], on connection: PostgresConnection) async throws {
    let settled = facts.lazy.filter(\.status.isFinal).map(\.settled)
    var messages: [SettledMessages.Message] = []
    messages.reserveCapacity(SettledMessages.maxCount)
    for message in settled {
      messages.append(message)
      guard messages.count == SettledMessages.maxCount else { continue }
      try await add(messages, on: connection)
      messages.removeAll(keepingCapacity: true)
    }
    if !messages.isEmpty { try await add(messages, on: connection) }
  }

  private func add(_ messages: [SettledMessages.Message], on connection: PostgresConnection) async throws {
    try await outbox.add(
      EventType.messagesSettled.rawValue, json: SettledMessages(messages: messages).bytes, on: connection)
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
