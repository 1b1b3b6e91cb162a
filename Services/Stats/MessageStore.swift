import Contracts
import FoundationEssentials
import Postgres

/// Message rows and their counters.
struct MessageStore: Sendable {
  let pool: PostgresPool
  /// This replica's share of the counters.
  let shard: Int16
  let partitions: Partitions

  /// Writes facts, at most one a message and in the order of ids, and moves the counters with them: both or neither.
  /// News that are older than what is known change nothing.
  func write(_ facts: [MessageFact]) async throws {
    guard let last = facts.last, let first = facts.first else { return }
    try await partitions.ensure(from: first.id, through: last.id)
    try await pool.withTransaction { connection in
      var tally = Tally()
      var left = facts
      while !left.isEmpty {
        let known = try await lock(left.map(\.id), on: connection)
        let plan = WritePlan(facts: left, known: known)
        try await update(plan.updates.map(\.new), on: connection)
        let inserted = try await insert(plan.inserts, on: connection)
        for change in plan.counted { tally.replace(change.old, by: change.new) }
        for fact in plan.inserts where inserted.contains(fact.id) { tally.replace(nil, by: fact) }
        // Another replica was quicker with these: now their rows are there to be compared with.
        left = plan.inserts.filter { !inserted.contains($0.id) }
      }
      try await count(tally, on: connection)
    }
  }

  private func lock(_ ids: [Int64], on connection: PostgresConnection) async throws -> [Int64: MessageFact] {
    let rows = try await connection.query(
      """
      select \(fragment: Self.columns) from stats.message
      where id = any(\(ids)) order by id for update
      """)
    return Dictionary(
      try rows.map { row in
        let fact = try Self.fact(row)
        return (fact.id, fact)
      }
    ) { first, _ in first }
  }

  private func insert(_ facts: [MessageFact], on connection: PostgresConnection) async throws -> Set<Int64> {
    guard !facts.isEmpty else { return [] }
    let rows = try await connection.query(
      """
      insert into stats.message
        (id, mailout_id, customer_id, status, standing, attempts, queued_at, finished_at, latency_ms, reason,
          provider_message_id)
      select id, mailout_id, customer_id, status::stats.message_status, standing, attempts,
        \(fragment: Self.instant("queued_at")), \(fragment: Self.instant("finished_at")), latency_ms, reason,
        provider_message_id
      from \(fragment: Self.unnest(facts)) order by id
      on conflict (id) do nothing returning id
      """)
    return Set(try rows.map { try $0[0, as: Int64.self] })
  }

  private func update(_ facts: [MessageFact], on connection: PostgresConnection) async throws {
    guard !facts.isEmpty else { return }
    try await connection.query(
      """
      update stats.message m
      set status = u.status::stats.message_status, standing = u.standing, attempts = u.attempts,
        queued_at = \(fragment: Self.instant("u.queued_at")), finished_at = \(fragment: Self.instant("u.finished_at")),
        latency_ms = u.latency_ms, reason = u.reason, provider_message_id = u.provider_message_id
      from \(fragment: Self.unnest(facts))
      where m.id = u.id
      """)
  }

  private func count(_ tally: Tally, on connection: PostgresConnection) async throws {
    let changes = tally.sorted
    guard !changes.isEmpty else { return }
    try await connection.query(
      """
      insert into stats.counter as c (mailout_id, kind, key, shard, n)
      select mailout_id, kind, key, \(shard), n
      from unnest(\(changes.map(\.key.mailoutID))::bigint[], \(changes.map(\.key.kind))::text[],
        \(changes.map(\.key.key))::text[], \(changes.map(\.n))::bigint[]) u (mailout_id, kind, key, n)
      on conflict (mailout_id, kind, key, shard) do update set n = c.n + excluded.n
      """)
  }

  // Instants travel as microseconds: exact, and cheaper than texts.
  private static func instant(_ column: String) -> SQL {
    "to_timestamp(0) + \(raw: column) * interval '1 microsecond'"
  }

  private static func unnest(_ facts: [MessageFact]) -> SQL {
    """
    unnest(\(facts.map(\.id))::bigint[], \(facts.map(\.mailoutID))::bigint[], \(facts.map(\.customerID))::bigint[],
      \(facts.map(\.status.rawValue))::text[], \(facts.map(\.standing))::bigint[],
      \(facts.map { Int32($0.attempts) })::integer[], \(facts.map(\.queuedAt))::bigint[],
      \(facts.map(\.finishedAt))::bigint[], \(facts.map { $0.latency.map { Int32($0) } })::integer[],
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
      queuedAt: try row[6, as: Date?.self].map(Timestamp.microseconds),
      finishedAt: try row[7, as: Date?.self].map(Timestamp.microseconds),
      latency: try row[8, as: Int32?.self].map { Int($0) }, reason: try row[9, as: String?.self],
      providerMessageID: try row[10, as: String?.self])
  }
}
