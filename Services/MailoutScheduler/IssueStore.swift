import Contracts
import FoundationEssentials
import Postgres

/// Issuing: ids, batches and the cursor in one transaction; and the waiting set's way back.
struct IssueStore: Sendable {
  /// The part of an audience a cohort has still to issue.
  struct Cohort: Sendable, Equatable {
    var id: Int64
    var cursor: Int64
  }

  /// A batch with its bytes.
  struct Issue: Sendable {
    var id: Int64
    var body: [UInt8]
    var count: Int
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

  /// Writes the batches and moves the cursor, both or neither. False where the cursor stands elsewhere by now or the
  /// mailout is not ours to drive: somebody else has issued these customers, or will.
  func issue(
    _ batches: [Issue], mailout: Mailout, cohort: Cohort, newCursor: Int64, exhausted: Bool
  ) async throws -> Bool {
    do {
      try await pool.withTransaction { connection in
        let moved = try await connection.query(
          """
          update mailout.cohort set cursor = \(newCursor), exhausted = \(exhausted)
          where id = \(cohort.id) and cursor = \(cohort.cursor) and not exhausted
          """)
        guard moved.affected == 1 else { throw Fenced() }
        try await insert(batches, mailout: mailout, on: connection)
        let counted = try await connection.query(
          """
          update mailout.mailout set issued = issued + \(Int64(batches.reduce(0) { $0 + $1.count }))
          where id = \(mailout.id) and status = 'running' and lease_owner = \(owner)
          """)
        guard counted.affected == 1 else { throw Fenced() }
      }
      return true
    } catch is Fenced {
      return false
    }
  }

  /// Messages that have waited long enough, in order.
  func due(mailoutID: Int64, now: Date, limit: Int) async throws -> [WaitingMessage] {
    try await pool.query(
      """
      select message_id, customer_id, due_at, status, round, hop, attempts, reason from mailout.waiting
      where mailout_id = \(mailoutID) and due_at <= \(now) order by due_at limit \(Int64(limit))
      """
    ).map(Self.waiting)
  }

  func nextDue(mailoutID: Int64) async throws -> Date? {
    try await pool.query("select min(due_at) from mailout.waiting where mailout_id = \(mailoutID)")
      .first.flatMap { try $0[0, as: Date?.self] }
  }

  /// Moves messages from the waiting set into batches, or out of it as over. False where another has taken one.
  func reissue(
    _ taken: [Int64], batches: [Issue], mailout: Mailout, over: @Sendable (PostgresConnection) async throws -> Void
  ) async throws -> Bool {
    do {
      try await pool.withTransaction { connection in
        let removed = try await connection.query(
          "delete from mailout.waiting where mailout_id = \(mailout.id) and message_id = any(\(taken))")
        guard removed.affected == taken.count else { throw Fenced() }
        try await insert(batches, mailout: mailout, on: connection)
        try await over(connection)
      }
      return true
    } catch is Fenced {
      return false
    }
  }

  private struct Fenced: Error {}

  private func insert(_ batches: [Issue], mailout: Mailout, on connection: PostgresConnection) async throws {
    guard !batches.isEmpty else { return }
    try await connection.query(
      """
      insert into mailout.batch (id, mailout_id, provider, message_count, body, publish_lease)
      select id, \(mailout.id), \(mailout.draft.provider), count, body,
        now() + \(publishLease.microseconds) * interval '1 microsecond'
      from unnest(\(batches.map(\.id))::bigint[], \(batches.map { Int32($0.count) })::integer[],
        \(batches.map(\.body))::bytea[]) as u (id, count, body)
      """)
  }

  private func number(_ sql: SQL) async throws -> Int64 {
    guard let row = try await pool.query(sql).first else { throw Problem(.internal, "A sequence gave no value.") }
    return try row[0, as: Int64.self]
  }

  static func waiting(_ row: PostgresRow) throws -> WaitingMessage {
    WaitingMessage(
      messageID: try row[0, as: Int64.self], customerID: try row[1, as: Int64.self],
      dueAt: Timestamp.microseconds(try row[2, as: Date.self]),
      status: MessageStatus(rawValue: try row[3, as: String.self]) ?? .retrying,
      round: Int(try row[4, as: Int32.self]), hop: Int(try row[5, as: Int32.self]),
      attempts: Int(try row[6, as: Int32.self]), reason: try row[7, as: String?.self])
  }
}
