import Contracts
import Postgres

/// How a message stands in its row.
extension MessageStore {
  static let columnNames = [
    "id", "mailout_id", "customer_id", "status", "standing", "attempts", "queued_at", "finished_at", "latency_ms",
    "reason", "provider_message_id",
  ]

  static func rows(of facts: [MessageFact]) -> CopyRows {
    var rows = CopyRows(capacity: facts.count * 160)
    for fact in facts { append(fact, to: &rows) }
    return rows
  }

  private static func append(_ fact: MessageFact, to rows: inout CopyRows) {
    rows.append(
      fact.id, fact.mailoutID, fact.customerID, fact.status.rawValue, fact.standing, Int32(fact.attempts),
      fact.queuedAt.map(PostgresInstant.init), fact.finishedAt.map(PostgresInstant.init),
      fact.latency.map { Int32($0) }, fact.reason, fact.providerMessageID)
  }

  static func unnest(_ facts: [MessageFact]) -> SQL {
    """
    unnest(\(facts.map(\.id))::bigint[], \(facts.map(\.mailoutID))::bigint[], \(facts.map(\.customerID))::bigint[],
      \(facts.map(\.status.rawValue))::text[], \(facts.map(\.standing))::bigint[],
      \(facts.map { Int32($0.attempts) })::integer[],
      \(facts.map { $0.queuedAt.map(PostgresInstant.init) })::timestamptz[],
      \(facts.map { $0.finishedAt.map(PostgresInstant.init) })::timestamptz[],
      \(facts.map { $0.latency.map { Int32($0) } })::integer[],
      \(facts.map(\.reason))::text[], \(facts.map(\.providerMessageID))::text[])
      u (id, mailout_id, customer_id, status, standing, attempts, queued_at, finished_at, latency_ms, reason,
        provider_message_id)
    """
  }

  static let columns: SQL = """
    id, mailout_id, customer_id, status::text, standing, attempts, queued_at, finished_at, latency_ms, reason,
    provider_message_id
    """

  static func fact(_ row: PostgresRow) throws -> MessageFact {
    MessageFact(
      id: try row[0, as: Int64.self], mailoutID: try row[1, as: Int64.self], customerID: try row[2, as: Int64.self],
      status: MessageStatus(rawValue: try row[3, as: String.self]) ?? .queued,
      standing: try row[4, as: Int64.self], attempts: Int(try row[5, as: Int32.self]),
      queuedAt: try row[6, as: PostgresInstant?.self]?.microseconds,
      finishedAt: try row[7, as: PostgresInstant?.self]?.microseconds,
      latency: try row[8, as: Int32?.self].map { Int($0) }, reason: try row[9, as: String?.self],
      providerMessageID: try row[10, as: String?.self])
  }
}
