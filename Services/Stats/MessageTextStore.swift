import Contracts
import FoundationEssentials
import Postgres

/// The texts of messages that have one of their own, and that they were changed.
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

  /// Texts may have been written for one person, and go with them.
  static func forget(customers: [Int64], on connection: PostgresConnection) async throws {
    guard !customers.isEmpty else { return }
    try await connection.query(
      """
      delete from stats.message_text where message_id in (
        select id from stats.message where customer_id = any(\(customers)) and mailout_id = \(NoMailout.id))
      """)
  }

  static func texts(of ids: [Int64], on connection: PostgresConnection) async throws -> [Int64: OwnText] {
    guard !ids.isEmpty else { return [:] }
    let rows = try await connection.query(
      "select message_id, text, end_at, revision from stats.message_text where message_id = any(\(ids))")
    return Dictionary(
      try rows.map { row in
        (
          try row[0, as: Int64.self],
          OwnText(
            text: try row[1, as: String.self], endAt: Timestamp.microseconds(try row[2, as: Date.self]),
            revision: try row[3, as: Int64.self], by: "")
        )
      }, uniquingKeysWith: { first, _ in first })
  }
}
