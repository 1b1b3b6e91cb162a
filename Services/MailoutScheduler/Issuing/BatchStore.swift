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
    guard !batches.isEmpty else { return }
    try await connection.query(
      """
      insert into mailout.batch (id, mailout_id, provider, message_count, body, publish_lease, deadline)
      select id, \(mailoutID), provider, count, body, now() + \(lease.microseconds) * interval '1 microsecond', deadline
      from unnest(\(batches.map(\.id))::bigint[], \(batches.map(\.provider))::text[],
        \(batches.map { Int32($0.count) })::integer[], \(batches.map(\.body))::bytea[],
        \(batches.map(\.deadline))::timestamptz[]) as u (id, provider, count, body, deadline)
      """)
  }

  func markPublished(_ ids: [Int64]) async throws {
    try await pool.query(
      "update mailout.batch set published_at = now() where id = any(\(ids)) and published_at is null")
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
  /// - Returns: the mailouts concerned.
  func settle(_ settled: [BatchSettled]) async throws -> Set<Int64> {
    try await pool.withTransaction { connection in
      let mailouts = Set(settled.map(\.mailoutID)).sorted()
      // Against `finish`, which looks whether anything is left. Not `for share`: that would make issuing wait.
      try await connection.query(
        "select id from mailout.mailout where id = any(\(mailouts)) order by id for key share")
      let ids = settled.map(\.batchID).sorted()
      let gone = try await connection.query(
        """
        delete from mailout.batch b using (
          select id from mailout.batch where id = any(\(ids)) order by id for update
        ) locked where b.id = locked.id returning b.id, b.provider, b.message_count, b.created_at,
          case when b.mailout_id = \(NoMailout.id) then b.body end
        """)
      let removed = Set(try gone.map { try $0[0, as: Int64.self] })
      let waiting = settled.filter { $0.mailoutID != NoMailout.id && removed.contains($0.batchID) }.flatMap { batch in
        batch.waiting.map { (mailoutID: batch.mailoutID, provider: batch.provider as String?, message: $0) }
      }
      try await WaitingStore.insert(waiting, on: connection)
      try await settleSingles(gone, settled, on: connection)
      try await keepPace(Departed.read(gone, settled), on: connection)
      return Set(mailouts)
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

  /// What is out at a provider, and a mailout's part of it.
  struct Load: Sendable, Equatable {
    /// Messages issued and not settled.
    var outstanding = 0
    /// This mailout's, here and at all providers.
    var own = 0
    var ownEverywhere = 0
    /// Mailouts with work here, this one counted.
    var mailouts = 1
    /// Of those that are out: issued so long before another that has been settled that they must have been left behind.
    var overtaken = 0
    /// Messages settled since ever.
    var settled: Int64 = 0
    /// How long batches were being called since ever, each as often as it has messages; in milliseconds.
    var calling: Int64 = 0
  }

  /// - Parameter grace: how much longer than others a batch may take.
  func load(of provider: String, mailoutID: Int64, grace: Duration) async throws -> Load {
    let rows = try await pool.query(
      """
      select coalesce(sum(message_count), 0)::bigint,
        coalesce(sum(message_count) filter (where mailout_id = \(mailoutID)), 0)::bigint,
        count(distinct mailout_id) filter (where mailout_id <> \(mailoutID)) + 1,
        coalesce((select sum(message_count) from mailout.batch where mailout_id = \(mailoutID)), 0)::bigint,
        coalesce(sum(message_count) filter (
          where created_at < p.issued_at - \(grace.microseconds) * interval '1 microsecond'), 0)::bigint,
        coalesce(min(p.settled), 0), coalesce(min(p.calling_ms), 0)
      from (select) one
        left join mailout.pace p on p.provider = \(provider) left join mailout.batch b on b.provider = \(provider)
      """)
    guard let row = rows.first else { return Load() }
    return Load(
      outstanding: Int(try row[0, as: Int64.self]), own: Int(try row[1, as: Int64.self]),
      ownEverywhere: Int(try row[3, as: Int64.self]), mailouts: Int(try row[2, as: Int64.self]),
      overtaken: Int(try row[4, as: Int64.self]), settled: try row[5, as: Int64.self],
      calling: try row[6, as: Int64.self])
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
      try await connection.query(
        """
        insert into mailout.pace as p (provider, settled, calling_ms, issued_at)
        values (\(provider), \(batches.reduce(0) { $0 + $1.count }), \(batches.reduce(0) { $0 + $1.count * $1.calling }),
          \(batches.map(\.issuedAt).max()))
        on conflict (provider) do update
        set settled = p.settled + excluded.settled, calling_ms = p.calling_ms + excluded.calling_ms,
          issued_at = greatest(p.issued_at, excluded.issued_at)
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
