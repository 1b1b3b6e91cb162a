import Contracts
import FoundationEssentials
import Postgres

/// Issuing: ids, batches and the cursor in one transaction.
struct IssueStore: Sendable {
  /// The part of an audience a cohort has still to issue.
  struct Cohort: Sendable, Equatable {
    var id: Int64
    var cursor: Int64
  }

  let pool: PostgresPool
  let owner: String
  /// How long the issuer has to publish before anybody may.
  let publishLease: Duration

  /// The cohort to go on with; nil when every one is exhausted.
  func openCohort(of mailoutID: Int64) async throws -> Cohort? {
    try await pool.query(
      "select id, cursor from mailout.cohort where mailout_id = \(mailoutID) and not exhausted order by id limit 1"
    ).first.map { Cohort(id: try $0[0, as: Int64.self], cursor: try $0[1, as: Int64.self]) }
  }

  /// The first id of a block of message ids of our own.
  func messageBlock() async throws -> Int64 {
    try await number("select nextval('mailout.message_block')")
  }

  /// Ids for so many batches.
  func batchIDs(_ count: Int) async throws -> [Int64] {
    try await pool.query("select nextval('mailout.batch_id') from generate_series(1, \(Int64(count)))")
      .map { try $0[0, as: Int64.self] }
  }

  /// Writes the batches and moves the cursor, both or neither. False where the cursor stands elsewhere by now, the
  /// mailout is not ours to drive, or is another than the one that was read (paused, cancelled, a new end): somebody
  /// else has issued these customers, or they will be issued as the mailout now is.
  func issue(
    _ batches: [IssuedBatch], mailout: Mailout, cohort: Cohort, newCursor: Int64, exhausted: Bool
  ) async throws -> Bool {
    do {
      try await pool.withTransaction { connection in
        let moved = try await connection.query(
          """
          update mailout.cohort set cursor = \(newCursor), exhausted = \(exhausted)
          where id = \(cohort.id) and cursor = \(cohort.cursor) and not exhausted
          """)
        guard moved.affected == 1 else { throw Fenced() }
        try await BatchStore.insert(batches, mailoutID: mailout.id, lease: publishLease, on: connection)
        let counted = try await connection.query(
          """
          update mailout.mailout set issued = issued + \(Int64(batches.reduce(0) { $0 + $1.count }))
          where id = \(mailout.id) and revision = \(mailout.revision) and status = 'running' and lease_owner = \(owner)
          """)
        guard counted.affected == 1 else { throw Fenced() }
      }
      return true
    } catch is Fenced {
      return false
    }
  }

  private struct Fenced: Error {}

  private func number(_ sql: SQL) async throws -> Int64 {
    guard let row = try await pool.query(sql).first else { throw Problem(.internal, "A sequence gave no value.") }
    return try row[0, as: Int64.self]
  }
}
