import Contracts
import Postgres
import Synchronization

/// Message rows and their counters.
final class MessageStore: Sendable {
  private let pool: PostgresPool
  /// This replica's share of the counters.
  private let shard: Int16
  /// Tells the public what has settled; nil where it is not to.
  private let settled: SettledTeller?
  private let partitions: Partitions
  private let erased = ErasedCustomers()
  private let trust = Mutex(CopyTrust())

  init(pool: PostgresPool, shard: Int16, settled: SettledTeller? = nil) {
    self.pool = pool
    self.shard = shard
    self.settled = settled
    partitions = Partitions(pool: pool)
  }

  /// Writes facts, at most one a message and in the order of ids, their attempts, and moves the counters with them.
  /// Two transactions, so that each meets its rows in the order of ids; either may be repeated. News that are older than
  /// what is known change nothing.
  ///
  /// - Parameters:
  ///   - new: messages that surely have no row; should one have, they are all treated as `others`.
  ///   - texts: of messages among the others.
  func write(
    new: [MessageFact] = [], others: [MessageFact] = [], attempts: [Attempt] = [],
    texts: [(id: Int64, text: OwnText)] = []
  ) async throws {
    guard !new.isEmpty || !others.isEmpty else { return }
    try await partitions.ensure(new.map(\.id))
    try await partitions.ensure(others.map(\.id))
    if !new.isEmpty, trust.withLock({ $0.isGiven(at: .now) }), try await copy(new, attempts) {
      trust.withLock { $0.succeeded() }
      if !others.isEmpty { try await merge(others, [], texts) }
    } else {
      try await merge((new + others).sorted { $0.id < $1.id }, attempts, texts)
    }
  }

  /// False where a row was there already: then nothing is done.
  private func copy(_ facts: [MessageFact], _ attempts: [Attempt]) async throws -> Bool {
    var tally = Tally()
    for fact in facts { tally.replace(nil, by: fact) }
    do {
      try await pool.withTransaction { [rows = Self.rows(of: facts), tally] connection in
        let news = Redaction(facts, erased: try await erased.hold(on: connection))
        try await connection.copyIn(
          into: "stats.message", columns: Self.columnNames,
          rows: news.messages.isEmpty ? rows : Self.rows(of: news.facts))
        try await AttemptStore.insert(news.attempts(attempts), on: connection)
        try await settled?.tell(news.facts, on: connection)
        try await count(tally, on: connection)
      }
      return true
    } catch let error as PostgresError where error.sqlState == "23505" {
      trust.withLock { $0.failed(at: .now) }
      return false
    }
  }

  private func merge(
    _ facts: [MessageFact], _ attempts: [Attempt], _ texts: [(id: Int64, text: OwnText)]
  ) async throws {
    try await pool.withTransaction { connection in
      let news = Redaction(facts, erased: try await erased.hold(on: connection))
      try await MessageTextStore.write(news.texts(texts), on: connection)
      try await AttemptStore.insert(news.attempts(attempts), on: connection)
      try await apply(news.facts, on: connection)
    }
  }

  /// Compares each message with the row it may have, in a transaction that meets no other rows of messages.
  func apply(_ facts: [MessageFact], on connection: PostgresConnection) async throws {
    var tally = Tally()
    var settling: [MessageFact] = []
    var left = facts
    while !left.isEmpty {
      let known = try await lock(left.map(\.id), on: connection)
      let plan = WritePlan(facts: left, known: known)
      try await update(plan.updates.map(\.new), on: connection)
      let inserted = try await insert(plan.inserts, on: connection)
      for change in plan.counted {
        tally.replace(change.old, by: change.new)
        settling.append(change.new)
      }
      for fact in plan.inserts where inserted.contains(fact.id) {
        tally.replace(nil, by: fact)
        settling.append(fact)
      }
      // Another replica was quicker with these: now their rows are there to be compared with.
      left = plan.inserts.filter { !inserted.contains($0.id) }
    }
    try await settled?.tell(settling, on: connection)
    try await count(tally, on: connection)
  }

  func lock(_ ids: [Int64], on connection: PostgresConnection) async throws -> [Int64: MessageFact] {
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
      insert into stats.message (\(raw: Self.columnNames.joined(separator: ", ")))
      select id, mailout_id, customer_id, status::stats.message_status, standing, attempts, queued_at, finished_at,
        latency_ms, reason, provider_message_id
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
        queued_at = u.queued_at, finished_at = u.finished_at, latency_ms = u.latency_ms, reason = u.reason,
        provider_message_id = u.provider_message_id
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
      from unnest(\(changes.map(\.mailoutID))::bigint[], \(changes.map(\.kind))::text[],
        \(changes.map(\.key))::text[], \(changes.map(\.n))::bigint[]) u (mailout_id, kind, key, n)
      on conflict (mailout_id, kind, key, shard) do update set n = c.n + excluded.n
      """)
  }
}
