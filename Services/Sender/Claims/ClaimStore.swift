import Contracts
import FoundationEssentials
import Postgres

/// Claims and their journals. The database's clock rules the leases, so that senders need not agree on the time.
struct ClaimStore: Sendable {
  enum Answer: Sendable {
    /// It is ours; `results` are those of earlier owners, not to be called again.
    case granted(epoch: Int, results: [MessageResult])
    /// Another sender has it for at least so long.
    case held(Duration)
    /// It has been settled before: this is a late copy.
    case settled
  }

  let pool: PostgresPool
  let owner: String
  let lease: Duration

  /// Takes the claim of a new batch, or of one whose owner's lease has lapsed.
  func claim(_ batch: Batch) async throws -> Answer {
    let granted = try await pool.query(
      """
      insert into sender.claim as c (batch_id, mailout_id, provider, owner, lease_until, deadline)
      values (\(batch.id), \(batch.mailoutID), \(batch.provider), \(owner),
        now() + \(lease.microseconds) * interval '1 microsecond', \(Timestamp.date(microseconds: batch.deadline)))
      on conflict (batch_id) do update
      set owner = excluded.owner, epoch = c.epoch + 1, lease_until = excluded.lease_until
      where c.settled_at is null and c.lease_until < now()
      returning c.epoch
      """)
    if let row = granted.first {
      let epoch = Int(try row[0, as: Int32.self])
      // The new epoch keeps earlier owners from writing: what they have written is all there is.
      return .granted(epoch: epoch, results: epoch == 1 ? [] : try await results(of: batch))
    }
    let held = try await pool.query(
      """
      select settled_at is not null, greatest(0, extract(epoch from lease_until - now()) * 1000)::bigint
      from sender.claim where batch_id = \(batch.id)
      """)
    guard let row = held.first else { return .held(.zero) }
    return try row[0, as: Bool.self] ? .settled : .held(.milliseconds(try row[1, as: Int64.self]))
  }

  /// Commits results to the journals of their claims and renews the leases.
  /// - Returns: the batches that are still ours; results of the others have not been written.
  func append(_ entries: [(batchID: Int64, epoch: Int, results: [UInt8])]) async throws -> Set<Int64> {
    let rows = try await pool.query(
      """
      with owned as (
        update sender.claim c set lease_until = now() + \(lease.microseconds) * interval '1 microsecond'
        \(fragment: Self.ours(entries.map { ($0.batchID, $0.epoch) }))
        returning c.batch_id
      ), journal as (
        insert into sender.claim_entry (batch_id, results)
        select u.batch_id, u.results
        from unnest(\(entries.map(\.batchID))::bigint[], \(entries.map(\.results))::bytea[]) u (batch_id, results)
        join owned using (batch_id) where length(u.results) > 0
      )
      select batch_id from owned
      """)
    return Set(try rows.map { try $0[0, as: Int64.self] })
  }

  /// Marks settled batches and empties their journals. One that is another's by now is left to them, with its journal.
  func settle(_ claims: [(batchID: Int64, epoch: Int)]) async throws {
    try await pool.query(
      """
      with settled as (
        update sender.claim c set settled_at = now() \(fragment: Self.ours(claims)) returning c.batch_id
      )
      delete from sender.claim_entry e using settled where e.batch_id = settled.batch_id
      """)
  }

  /// Gives claims back, so that another sender need not wait for the lease to lapse. The epoch is raised with it:
  /// nothing of ours that is still on its way can renew them.
  func release(_ claims: [(batchID: Int64, epoch: Int)]) async throws {
    try await pool.query(
      """
      update sender.claim c set lease_until = now() - interval '1 microsecond', epoch = c.epoch + 1
      \(fragment: Self.ours(claims))
      """)
  }

  /// Drops tombstones of batches that can never be called again (`CallGuard.belief`), and claims that nobody will settle:
  /// their batches are dead letters, or were thrown away, and they would keep their provider for ever.
  func purge() async throws {
    try await pool.query(
      "delete from sender.claim where settled_at is not null and deadline < now() - interval '1 hour'")
    try await pool.query(
      """
      with left_behind as (
        delete from sender.claim where settled_at is null and deadline < now() - interval '7 days'
          and lease_until < now() - interval '7 days'
        returning batch_id
      )
      delete from sender.claim_entry e using left_behind l where e.batch_id = l.batch_id
      """)
  }

  /// The rest of an update of `sender.claim c`: those that are still ours, each under the epoch it was claimed by.
  private static func ours(_ claims: [(batchID: Int64, epoch: Int)]) -> SQL {
    """
    from unnest(\(claims.map(\.batchID))::bigint[], \(claims.map { Int32($0.epoch) })::integer[]) u (batch_id, epoch)
    where c.batch_id = u.batch_id and c.epoch = u.epoch and c.settled_at is null
    """
  }

  private func results(of batch: Batch) async throws -> [MessageResult] {
    let rows = try await pool.query(
      "select results from sender.claim_entry where batch_id = \(batch.id) order by id")
    return try JournalCodec.results(in: rows.map { try $0[0, as: [UInt8].self] }, of: batch)
  }
}
