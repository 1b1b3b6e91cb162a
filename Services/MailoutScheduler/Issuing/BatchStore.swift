import Contracts
import FoundationEssentials
import Postgres

/// Batches on their way: published, settled, or left behind.
struct BatchStore: Sendable {
  /// A batch as it stands in the table.
  struct Stored: Sendable {
    var id: Int64
    var provider: String
    var body: [UInt8]
  }

  let pool: PostgresPool
  let publishLease: Duration

  /// Adds batches in the transaction that issues their messages.
  static func insert(
    _ batches: [IssuedBatch], mailoutID: Int64, lease: Duration, on connection: PostgresConnection
  ) async throws {
    try await connection.pipeline(insertion(batches, mailoutID: mailoutID, lease: lease))
  }

  /// The same as a statement; none for no batches.
  static func insertion(_ batches: [IssuedBatch], mailoutID: Int64, lease: Duration) -> [SQL] {
    guard !batches.isEmpty else { return [] }
    return [
      """
      insert into mailout.batch (id, mailout_id, provider, message_count, body, publish_lease, deadline)
      select id, \(mailoutID), provider, count, body, now() + \(lease.microseconds) * interval '1 microsecond', deadline
      from unnest(\(batches.map(\.id))::bigint[], \(batches.map(\.provider))::text[],
        \(batches.map { Int32($0.count) })::integer[], \(batches.map(\.body))::bytea[],
        \(batches.map(\.deadline))::timestamptz[]) as u (id, provider, count, body, deadline)
      """
    ]
  }

  /// Those that are settled are gone, and whose row somebody holds is about to go.
  func markPublished(_ ids: [Int64]) async throws {
    try await pool.query(
      """
      update mailout.batch b set published_at = now() from (
        select id from mailout.batch where id = any(\(ids)) and published_at is null for update skip locked
      ) present where b.id = present.id
      """)
  }

  /// Takes unpublished batches whose issuer has not come back; no two replicas get the same one.
  func takeUnpublished(limit: Int) async throws -> [Stored] {
    try await pool.query(
      """
      update mailout.batch b set publish_lease = now() + \(publishLease.microseconds) * interval '1 microsecond'
      from (
        select id from mailout.batch where published_at is null and publish_lease < now()
        order by id limit \(Int64(limit)) for update skip locked
      ) left_behind
      where b.id = left_behind.id returning b.id, b.provider, b.body
      """
    ).map {
      Stored(id: try $0[0, as: Int64.self], provider: try $0[1, as: String.self], body: try $0[2, as: [UInt8].self])
    }
  }

  /// Takes settled batches off the books and their waiting messages onto them; a batch settled before changes nothing.
  func settle(_ settled: [BatchSettled]) async throws -> Settlement {
    try await pool.withTransaction { connection in
      let mailouts = Set(settled.map(\.mailoutID)).sorted()
      // Against `finish`, which looks whether anything is left. Not `for share`: that would make issuing wait.
      let lock: SQL = "select id from mailout.mailout where id = any(\(mailouts)) order by id for key share"
      let ids = settled.map(\.batchID).sorted()
      let gone = try await connection.pipeline([
        lock,
        """
        delete from mailout.batch b using (
          select id from mailout.batch where id = any(\(ids)) order by id for update
        ) locked where b.id = locked.id returning b.id, b.provider, b.message_count, b.created_at,
          case when b.mailout_id = \(NoMailout.id) then b.body end
        """,
      ])[1]
      let removed = Set(try gone.map { try $0[0, as: Int64.self] })
      let waiting = settled.filter { $0.mailoutID != NoMailout.id && removed.contains($0.batchID) }.flatMap { batch in
        batch.waiting.map { (mailoutID: batch.mailoutID, provider: batch.provider as String?, message: $0) }
      }
      try await WaitingStore.insert(waiting, on: connection)
      try await settleSingles(gone, settled, on: connection)
      try await keepPace(Departed.read(gone, settled), on: connection)
      return Settlement(mailouts: Set(mailouts), waiting: Set(waiting.map(\.mailoutID)))
    }
  }

  /// Messages of no mailout end with their batch, or wait again.
  private func settleSingles(
    _ gone: PostgresRows, _ settled: [BatchSettled], on connection: PostgresConnection
  ) async throws {
    for row in gone {
      guard let body = try row[4, as: [UInt8]?.self] else { continue }
      let batch = try Batch.payload(of: body)
      let waiting = settled.first { $0.batchID == batch.id }?.waiting ?? []
      try await SingleStore.settle(batch, waiting: waiting, on: connection)
    }
  }

  /// - Parameter grace: how much longer than others a batch may take.
  func load(of provider: String, grace: Duration) async throws -> ProviderLoad {
    let rows = try await pool.query(
      """
      select b.mailout_id, b.here, b.everywhere, b.overtaken, p.settled, p.calling_ms, p.batches
      from (select) one left join mailout.pace p on p.provider = \(provider) left join lateral (
        select mailout_id, sum(message_count)::bigint as everywhere,
          coalesce(sum(message_count) filter (where provider = \(provider)), 0)::bigint as here,
          coalesce(sum(message_count) filter (where provider = \(provider)
            and created_at < p.issued_at - \(grace.microseconds) * interval '1 microsecond'), 0)::bigint as overtaken
        from mailout.batch group by mailout_id
      ) b on true
      """)
    var (parts, overtaken) = ([Int64: ProviderLoad.Part](), 0)
    for row in rows {
      guard let mailout = try row[0, as: Int64?.self] else { continue }
      parts[mailout] = ProviderLoad.Part(
        here: Int(try row[1, as: Int64.self]), everywhere: Int(try row[2, as: Int64.self]))
      overtaken += Int(try row[3, as: Int64.self])
    }
    var load = ProviderLoad(parts)
    load.overtaken = overtaken
    load.settled = try rows.first?[4, as: Int64?.self] ?? 0
    load.calling = try rows.first?[5, as: Int64?.self] ?? 0
    load.batches = try rows.first?[6, as: Int64?.self] ?? 0
    return load
  }

  /// Batches of a mailout that are still out.
  /// - Parameter endedBefore: those whose own deadline was before; nil for all.
  func unsettled(of mailoutID: Int64, endedBefore: Date? = nil, limit: Int) async throws -> [Stored] {
    try await pool.query(
      """
      select id, provider, body from mailout.batch
      where mailout_id = \(mailoutID) and (\(endedBefore)::timestamptz is null or deadline < \(endedBefore))
      order by id limit \(Int64(limit))
      """
    ).map {
      Stored(id: try $0[0, as: Int64.self], provider: try $0[1, as: String.self], body: try $0[2, as: [UInt8].self])
    }
  }

  /// Takes a batch off the books that nobody will settle; false where somebody has.
  static func writeOff(_ id: Int64, on connection: PostgresConnection) async throws -> Bool {
    try await connection.query("delete from mailout.batch where id = \(id)").affected == 1
  }

  private func keepPace(_ departed: [Departed], on connection: PostgresConnection) async throws {
    for (provider, batches) in Dictionary(grouping: departed, by: \.provider).sorted(by: { $0.key < $1.key }) {
      try await connection.atCommit(
        """
        insert into mailout.pace as p (provider, settled, calling_ms, batches, issued_at)
        values (\(provider), \(batches.reduce(0) { $0 + $1.count }), \(batches.reduce(0) { $0 + $1.count * $1.calling }),
          \(Int64(batches.count)), \(batches.map(\.issuedAt).max()))
        on conflict (provider) do update
        set settled = p.settled + excluded.settled, calling_ms = p.calling_ms + excluded.calling_ms,
          batches = p.batches + excluded.batches, issued_at = greatest(p.issued_at, excluded.issued_at)
        """)
    }
  }
}

/// A batch that has just been taken off the books.
private struct Departed {
  var provider: String
  var count: Int64
  /// How long it was being called; in milliseconds.
  var calling: Int64
  var issuedAt: Date

  static func read(_ rows: PostgresRows, _ settled: [BatchSettled]) throws -> [Departed] {
    let calling = Dictionary(settled.map { ($0.batchID, $0.calling ?? 0) }, uniquingKeysWith: max)
    return try rows.map {
      Departed(
        provider: try $0[1, as: String.self], count: Int64(try $0[2, as: Int32.self]),
        // No batch takes longer than a day: a sender's word is not to overflow the sum.
        calling: Int64(min(86_400_000, max(0, calling[try $0[0, as: Int64.self]] ?? 0))),
        issuedAt: try $0[3, as: Date.self])
    }
  }
}
