import Contracts
import FoundationEssentials
import Postgres

/// The orders of messages that are no mailout's: their texts, and that these were changed.
///
/// Such a message is known from its order on. What became of it may be heard of first, and is kept, but nobody is shown
/// a message that seems to have neither text nor end.
enum MessageTextStore {
  /// Keeps the latest of each, in the transaction that writes their messages.
  static func write(_ texts: [(id: Int64, text: OwnText)], on connection: PostgresConnection) async throws {
    guard !texts.isEmpty else { return }
    try await connection.query(
      """
      insert into stats.message_text as t (message_id, text, end_at, revision)
      select * from unnest(\(texts.map(\.id))::bigint[], \(texts.map(\.text.text))::text[],
        \(texts.map { Timestamp.date(microseconds: $0.text.endAt) })::timestamptz[],
        \(texts.map(\.text.revision))::bigint[])
      on conflict (message_id) do update
      set text = excluded.text, end_at = excluded.end_at, revision = excluded.revision
      where t.revision < excluded.revision
      """)
    let changes = texts.filter { $0.text.revision > 1 }.map { id, text in
      Happening(
        eventID: "text-\(id)-\(text.revision)", subject: .message, subjectID: id, at: .now, type: "message.updated.v1",
        principal: text.by, data: ["text": .string(text.text)])
    }
    try await HappeningStore.insert(changes, on: connection)
  }

  /// Texts may have been written for one person, and go with them. That there was an order stays known.
  static func forget(customers: [Int64], on connection: PostgresConnection) async throws {
    guard !customers.isEmpty else { return }
    try await connection.query(
      """
      update stats.message_text set text = null where message_id in (
        select id from stats.message where customer_id = any(\(customers)) and mailout_id = \(NoMailout.id))
      """)
  }

  /// Of the messages that are no mailout's.
  static func orders(among facts: [MessageFact], on connection: PostgresConnection) async throws -> [Int64: SingleOrder]
  {
    try await orders(of: facts.filter { $0.mailoutID == NoMailout.id }.map(\.id), on: connection)
  }

  /// Of those whose order is known.
  static func orders(of ids: [Int64], on connection: PostgresConnection) async throws -> [Int64: SingleOrder] {
    guard !ids.isEmpty else { return [:] }
    let rows = try await connection.query(
      "select message_id, text, end_at, revision from stats.message_text where message_id = any(\(ids))")
    return Dictionary(
      try rows.map { row in
        guard let text = try row[1, as: String?.self] else { return (try row[0, as: Int64.self], .forgotten) }
        let own = OwnText(
          text: text, endAt: Timestamp.microseconds(try row[2, as: Date.self]), revision: try row[3, as: Int64.self],
          by: "")
        return (try row[0, as: Int64.self], .known(own))
      }, uniquingKeysWith: { first, _ in first })
  }

  /// A condition on rows of stats.message: those that are a mailout's, or whose order is known; or nobody's, since an
  /// erased customer's order is kept no more. Asked row by row: for `exists` a plan may gather the ids of all texts first.
  static let isKnown: SQL = """
    (message.mailout_id <> \(NoMailout.id) or message.customer_id = 0
      or (select true from stats.message_text t where t.message_id = message.id))
    """
}
