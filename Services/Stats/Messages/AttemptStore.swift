import Contracts
import Postgres

/// Attempts that did not end in a plain success at once.
enum AttemptStore {
  /// Adds those that are not there yet, in the transaction that writes their messages.
  static func insert(_ attempts: [Attempt], on connection: PostgresConnection) async throws {
    guard !attempts.isEmpty else { return }
    // In the order of the key, so that replicas wait for one another in one direction only.
    let sorted = attempts.sorted {
      ($0.messageID, $0.round, $0.hop, $0.number) < ($1.messageID, $1.round, $1.hop, $1.number)
    }
    try await connection.query(
      """
      insert into stats.attempt
        (message_id, round, hop, attempt, at, latency_ms, provider, status, reason, answer)
      select message_id, round, hop, attempt, at, latency_ms, provider, status::stats.message_status, reason, answer
      from unnest(\(sorted.map(\.messageID))::bigint[], \(sorted.map { Int32($0.round) })::integer[],
        \(sorted.map { Int32($0.hop) })::integer[], \(sorted.map { Int32($0.number) })::integer[],
        \(sorted.map { PostgresInstant(microseconds: $0.at) })::timestamptz[],
        \(sorted.map { $0.latency.map { Int32($0) } })::integer[], \(sorted.map(\.provider))::text[],
        \(sorted.map(\.status.rawValue))::text[], \(sorted.map(\.reason))::text[], \(sorted.map(\.answer))::text[])
        u (message_id, round, hop, attempt, at, latency_ms, provider, status, reason, answer)
      on conflict do nothing
      """)
  }

  /// Those recorded of one message, the latest thousand.
  static func attempts(of messageID: Int64, on connection: PostgresConnection) async throws -> [Attempt] {
    try await self.attempts(of: [messageID], limit: 1000, on: connection)
  }

  /// Those recorded of several messages, the latest of each.
  static func attempts(
    of messages: [Int64], limit: Int64, on connection: PostgresConnection
  ) async throws -> [Attempt] {
    try await connection.query(
      """
      select a.* from unnest(\(messages)::bigint[]) m (id) cross join lateral (
        select message_id, round, hop, attempt, at, latency_ms, provider, status::text, reason, answer
        from stats.attempt where message_id = m.id order by round desc, hop desc, attempt desc limit \(limit)) a
      """
    ).map(attempt)
  }

  private static func attempt(_ row: PostgresRow) throws -> Attempt {
    Attempt(
      messageID: try row[0, as: Int64.self], round: Int(try row[1, as: Int32.self]),
      hop: Int(try row[2, as: Int32.self]), number: Int(try row[3, as: Int32.self]),
      at: try row[4, as: PostgresInstant.self].microseconds,
      latency: try row[5, as: Int32?.self].map { Int($0) }, provider: try row[6, as: String?.self],
      status: MessageStatus(rawValue: try row[7, as: String.self]) ?? .failed, reason: try row[8, as: String?.self],
      answer: try row[9, as: String?.self])
  }
}
