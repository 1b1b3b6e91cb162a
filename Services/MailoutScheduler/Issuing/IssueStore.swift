import Contracts
import FoundationEssentials
import Postgres

/// Issuing: ids, batches and the cursor in one transaction.
struct IssueStore: Sendable {
  let pool: PostgresPool
  let owner: String
  /// How long the issuer has to publish before anybody may.
  let publishLease: Duration

  /// The cohorts that are not exhausted.
  static func cohorts(of mailoutID: Int64) -> SQL {
    """
    select id, kind, timezone, cursor from mailout.cohort where mailout_id = \(mailoutID) and not exhausted order by id
    """
  }

  static func cohort(_ row: PostgresRow) throws -> Cohort {
    Cohort(
      id: try row[0, as: Int64.self], kind: Cohort.Kind(rawValue: try row[1, as: String.self]) ?? .all,
      timezone: try row[2, as: String?.self], cursor: try row[3, as: Int64.self])
  }

  /// A block of message ids of our own.
  func messageIDs() async throws -> Range<Int64> { try await block("select nextval('mailout.message_block')", 1000) }

  /// A block of batch ids of our own.
  func batchIDs() async throws -> Range<Int64> { try await block("select nextval('mailout.batch_id')", 100) }

  /// Writes the batches and moves the cursor, both or neither; the mailout as it is then. Nil where the cursor stands elsewhere by now, somebody
  /// has been reached meanwhile, the mailout is not ours to drive, or is another than the one that was read (paused,
  /// cancelled, a new end): somebody else has issued these customers, or they will be issued as the mailout now is.
  /// - Parameter tell: what else the transaction says.
  func issue(
    _ portion: Portion, of mailout: Mailout,
    tell: @Sendable (PostgresConnection) async throws -> Void = { _ in }
  ) async throws -> Mailout? {
    do {
      return try await pool.withTransaction { connection in
        let moved: SQL = """
          update mailout.cohort set cursor = \(portion.newCursor), exhausted = \(portion.isExhausted)
          where id = \(portion.cohort.id) and cursor = \(portion.cohort.cursor) and not exhausted
          """
        let inserted = BatchStore.insertion(portion.batches, mailoutID: mailout.id, lease: publishLease)
        let counted: SQL = """
          update mailout.mailout set issued = issued + \(Int64(portion.count)),
            audience = coalesce(audience, \(portion.audience)),
            revision = revision + (audience is null and \(portion.audience) is not null)::int
          where id = \(mailout.id) and \(fragment: LifeStore.fence) = \(mailout.fence) and status = 'running'
            and lease_owner = \(owner) returning \(fragment: MailoutStore.columns)
          """
        // In one round trip; where one of them finds its row changed, nothing of it is kept.
        let answers = try await connection.pipeline([moved, counted] + inserted)
        guard answers[0].affected == 1, let row = answers[1].first else { throw Fenced() }
        let issued = try MailoutStore.mailout(row)
        try await reach(portion.reached, mailoutID: mailout.id, on: connection)
        try await WaitingStore.insert(
          portion.deferred.map { (mailoutID: mailout.id, provider: nil, message: $0) }, on: connection)
        try await tell(connection)
        return issued
      }
    } catch is Fenced {
      return nil
    }
  }

  /// Those of the customers whom a mailout with local hours has reached.
  func reached(_ customers: [Int64], by mailoutID: Int64) async throws -> Set<Int64> {
    let rows = try await pool.query(
      "select customer_id from mailout.reached where mailout_id = \(mailoutID) and customer_id = any(\(customers))")
    return Set(try rows.map { try $0[0, as: Int64.self] })
  }

  /// Forgets whom mailouts have reached that are over or gone: a part of them at a time.
  func purgeReached() async throws {
    try await pool.query(
      """
      with recursive \(fragment: Self.mailoutsThatRemember), over as (
        select k.mailout_id from known k where k.mailout_id is not null and not exists (
          select from mailout.mailout m where m.id = k.mailout_id and m.finished_at is null)
      )
      delete from mailout.reached r using (
        select r.mailout_id, r.customer_id from over join mailout.reached r using (mailout_id) limit 100000
      ) gone where r.mailout_id = gone.mailout_id and r.customer_id = gone.customer_id
      """)
  }

  /// `known`, part of a recursive query: the mailouts that remember anybody, and a null. The table has an index by mailout and
  /// customer, in this order.
  static let mailoutsThatRemember: SQL = """
    known as (
      (select mailout_id from mailout.reached order by mailout_id limit 1)
      union all
      select (select r.mailout_id from mailout.reached r where r.mailout_id > known.mailout_id
        order by r.mailout_id limit 1)
      from known where known.mailout_id is not null
    )
    """

  private struct Fenced: Error {}

  /// - Parameter size: the sequence's increment.
  private func block(_ next: SQL, _ size: Int64) async throws -> Range<Int64> {
    guard let row = try await pool.query(next).first else { throw Problem(.internal, "A sequence gave no value.") }
    let first = try row[0, as: Int64.self]
    return first..<(first + size)
  }

  private func reach(_ customers: [Int64], mailoutID: Int64, on connection: PostgresConnection) async throws {
    guard !customers.isEmpty else { return }
    let reached = try await connection.query(
      """
      insert into mailout.reached (mailout_id, customer_id)
      select \(mailoutID), c from unnest(\(customers)::bigint[]) c on conflict do nothing
      """)
    guard reached.affected == customers.count else { throw Fenced() }
  }
}
