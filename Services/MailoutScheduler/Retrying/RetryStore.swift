import Contracts
import FoundationEssentials
import Postgres

/// Orders to send again, as rows.
struct RetryStore: Sendable {
  let pool: PostgresPool

  /// Adds an order, and makes the mailout one that is driven again until its new end. One that was over reaches nobody
  /// new: its cohorts are closed.
  func add(_ request: RetryOrder.Request, to mailout: Mailout, on connection: PostgresConnection) async throws {
    let isOver = mailout.status == .finished
    try await connection.query(
      """
      insert into mailout.retry_order (mailout_id, reasons, cutoff, awaits_all, awaits)
      select id, \(request.reasons), now(), \(isOver),
        issued - (select coalesce(sum(message_count), 0) from mailout.batch where mailout_id = m.id)
          - (select count(*) from mailout.waiting where mailout_id = m.id)
      from mailout.mailout m where id = \(mailout.id)
      """)
    if isOver {
      try await connection.query("update mailout.cohort set exhausted = true where mailout_id = \(mailout.id)")
    }
    try await connection.query(
      """
      update mailout.mailout set status = case status when 'finished' then 'running' else status end,
        end_at = \(request.endAt ?? mailout.draft.endAt), finished_at = null, revision = revision + 1, updated_at = now()
      where id = \(mailout.id)
      """)
  }

  /// The order to go on with; nil where all have been carried out.
  static func open(of mailoutID: Int64) -> SQL {
    """
    select id, reasons, cutoff, awaits_all, coalesce(awaits, 0), cursor from mailout.retry_order
    where mailout_id = \(mailoutID) and finished_at is null order by id limit 1
    """
  }

  static func order(_ row: PostgresRow) throws -> RetryOrder {
    RetryOrder(
      id: try row[0, as: Int64.self], reasons: try row[1, as: [String].self], cutoff: try row[2, as: Date.self],
      awaitsAll: try row[3, as: Bool.self], awaits: try row[4, as: Int64.self], cursor: try row[5, as: Int64.self])
  }

  /// Puts messages into the waiting set and moves the order's cursor, both or neither. False where another has moved it,
  /// or the mailout is not running any more.
  /// - Parameter next: where the next page starts; nil when this was the last.
  func take(
    _ messages: [WaitingMessage], order: RetryOrder, mailoutID: Int64, next: Int64?,
    tell: @Sendable (PostgresConnection) async throws -> Void
  ) async throws -> Bool {
    do {
      try await pool.withTransaction { connection in
        // Against `finish`, which looks whether anything is left.
        let present = try await connection.query(
          "select from mailout.mailout where id = \(mailoutID) and status = 'running' for update")
        let moved = try await connection.query(
          """
          update mailout.retry_order
          set cursor = \(next ?? order.cursor), taken = taken + \(Int64(messages.count)),
            finished_at = case when \(next == nil) then now() end
          where id = \(order.id) and cursor = \(order.cursor) and finished_at is null
          """)
        guard present.count == 1, moved.affected == 1 else { throw Fenced() }
        let new = try await WaitingStore.insert(
          messages.map { (mailoutID: mailoutID, provider: nil, message: $0) }, on: connection)
        try await connection.query(
          "update mailout.mailout set resent = resent + \(Int64(new)) where id = \(mailoutID)")
        try await tell(connection)
      }
      return true
    } catch is Fenced {
      return false
    }
  }

  /// Nothing is sent any more.
  static func abandon(_ mailoutID: Int64, on connection: PostgresConnection) async throws {
    try await connection.query(
      "update mailout.retry_order set finished_at = now() where mailout_id = \(mailoutID) and finished_at is null")
  }

  private struct Fenced: Error {}
}
