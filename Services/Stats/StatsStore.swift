import Contracts
import FoundationEssentials
import Messaging
import Postgres

/// Reads of messages, mailouts and counters.
struct StatsStore: Sendable {
  let pool: PostgresPool

  /// A message with the calls that were made for it, and its text where it has one of its own; nil also where only its
  /// order is not known yet.
  func message(_ id: Int64) async throws -> (fact: MessageFact, attempts: [Attempt], own: OwnText?)? {
    try await pool.withConnection { connection in
      async let recorded = AttemptStore.attempts(of: id, on: connection)
      async let orders = MessageTextStore.orders(of: [id], on: connection)
      let row = try await connection.query(
        """
        select \(fragment: MessageStore.columns) from stats.message
        where id = \(id) and \(fragment: MessageTextStore.isKnown)
        """
      ).first
      let (attempts, own) = (try await recorded, try await orders[id]?.own)
      guard let fact = try row.map(MessageStore.fact) else { return nil }
      return (fact, Attempt.all(of: fact, recorded: attempts), own)
    }
  }

  /// Whether anything was heard of a message.
  func hasHeard(of id: Int64) async throws -> Bool {
    try await !pool.query("select from stats.message where id = \(id)").isEmpty
  }

  /// Counters of one mailout.
  func counters(of mailoutID: Int64) async throws -> MailoutCounters {
    let rows = try await pool.query(
      """
      select kind, key, sum(n)::bigint from stats.counter where mailout_id = \(mailoutID)
      group by kind, key having sum(n) <> 0
      """)
    var counters = MailoutCounters()
    for row in rows {
      counters.add(
        kind: try row[0, as: String.self], key: try row[1, as: String.self], n: try row[2, as: Int64.self])
    }
    return counters
  }

  /// Counters of several mailouts, those that say how far each is.
  func progress(of mailouts: [Int64]) async throws -> [Int64: MailoutCounters] {
    let rows = try await pool.query(
      """
      select mailout_id, kind, key, sum(n)::bigint from stats.counter
      where mailout_id = any(\(mailouts)) and kind in ('status', 'rounds')
      group by mailout_id, kind, key having sum(n) <> 0
      """)
    return try rows.reduce(into: [:]) { counters, row in
      counters[try row[0, as: Int64.self], default: MailoutCounters()].add(
        kind: try row[1, as: String.self], key: try row[2, as: String.self], n: try row[3, as: Int64.self])
    }
  }

  /// Messages by status, of all mailouts or of one.
  func totals(of mailoutID: Int64? = nil) async throws -> [String: Int64] {
    let one: SQL = mailoutID.map { "and mailout_id = \($0)" } ?? ""
    let rows = try await pool.query(
      """
      select key, sum(n)::bigint from stats.counter where kind = 'status' \(fragment: one)
      group by key having sum(n) <> 0
      """)
    return Dictionary(try rows.map { (try $0[0, as: String.self], try $0[1, as: Int64.self]) }) { first, _ in first }
  }

  func mailout(_ id: Int64) async throws -> MailoutFact? {
    try await pool.query(
      "select \(fragment: Self.columns) from stats.mailout where id = \(id) and deleted_at is null"
    ).first.map(Self.fact)
  }

  /// Each with its messages by status.
  func mailouts(of page: IDPage) async throws -> [(fact: MailoutFact, counters: MailoutCounters)] {
    let facts = try await pool.query(
      """
      select \(fragment: Self.columns) from stats.mailout
      where \(fragment: page.condition()) and deleted_at is null \(fragment: page.ordering())
      """
    ).map(Self.fact)
    let counters = try await progress(of: facts.map(\.id))
    return facts.map { ($0, counters[$0.id] ?? MailoutCounters()) }
  }

  private static let columns: SQL = """
    id, revision, name, status, audience, issued, not_reached, start_at, end_at, started_at, finished_at,
    resent
    """

  private static func fact(_ row: PostgresRow) throws -> MailoutFact {
    MailoutFact(
      id: try row[0, as: Int64.self], revision: try row[1, as: Int64.self], name: try row[2, as: String.self],
      status: MailoutStatus(rawValue: try row[3, as: String.self]) ?? .scheduled,
      audience: try row[4, as: Int64?.self], issued: try row[5, as: Int64.self],
      notReached: try row[6, as: Int64?.self], startAt: Timestamp.microseconds(try row[7, as: Date.self]),
      endAt: Timestamp.microseconds(try row[8, as: Date.self]),
      startedAt: try row[9, as: Date?.self].map(Timestamp.microseconds),
      finishedAt: try row[10, as: Date?.self].map(Timestamp.microseconds), resent: try row[11, as: Int64?.self])
  }
}
