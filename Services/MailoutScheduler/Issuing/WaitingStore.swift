import Contracts
import FoundationEssentials
import Postgres

/// The waiting set: who is to be issued again, and when.
struct WaitingStore: Sendable {
  let pool: PostgresPool
  /// How long the issuer has to publish before anybody may.
  let publishLease: Duration

  /// The messages of a mailout that may go to the same providers.
  struct Lane: Sendable, Equatable {
    /// The one provider that may have them already; nil for those that may go to any.
    var provider: String?
    /// When the first of them is due.
    var nextDue: Date
  }

  /// The lanes in which something waits.
  func lanes(mailoutID: Int64, providers: [String]) async throws -> [Lane] {
    try await pool.query(
      """
      select nullif(lane, ''), next_due from unnest(\([""] + providers)::text[]) lane cross join lateral (
        select min(due_at) as next_due from mailout.waiting where mailout_id = \(mailoutID) and bound = lane) w
      where next_due is not null
      """
    ).map { Lane(provider: try $0[0, as: String?.self], nextDue: try $0[1, as: Date.self]) }
  }

  /// Messages of a lane that have waited long enough, in order.
  func due(mailoutID: Int64, lane: String? = nil, now: Date, limit: Int) async throws -> [WaitingMessage] {
    try await pool.query(
      """
      select \(fragment: Self.columns) from mailout.waiting
      where mailout_id = \(mailoutID) and bound = \(lane ?? "") and due_at <= \(now)
      order by due_at limit \(Int64(limit))
      """
    ).map(Self.message)
  }

  /// Moves messages from the waiting set into batches, or out of it as over; and others to a later time. False where another has taken one, or the
  /// mailout is not running as it was read: then nothing has been done.
  func reissue(
    _ taken: [Int64], batches: [IssuedBatch], later: [(messageID: Int64, dueAt: Date)] = [], mailout: Mailout,
    over: @Sendable (PostgresConnection) async throws -> Void
  ) async throws -> Bool {
    do {
      try await pool.withTransaction { connection in
        // Against a pause, a cancellation or a new end that the batches do not know of.
        let present = try await connection.query(
          """
          select from mailout.mailout
          where id = \(mailout.id) and \(fragment: LifeStore.fence) = \(mailout.fence) and status = 'running' for share
          """)
        guard present.count == 1 else { throw Fenced() }
        let removed = try await connection.query(
          "delete from mailout.waiting where mailout_id = \(mailout.id) and message_id = any(\(taken))")
        guard removed.affected == taken.count else { throw Fenced() }
        try await postpone(later, on: connection)
        try await BatchStore.insert(batches, mailoutID: mailout.id, lease: publishLease, on: connection)
        try await over(connection)
      }
      return true
    } catch is Fenced {
      return false
    }
  }

  /// Takes messages of a mailout out for good, many at once; none when none is left.
  static func remove(
    mailoutID: Int64, limit: Int, on connection: PostgresConnection
  ) async throws -> [WaitingMessage] {
    try await connection.query(
      """
      delete from mailout.waiting where message_id in (
        select message_id from mailout.waiting where mailout_id = \(mailoutID)
        order by due_at limit \(Int64(limit)) for update skip locked)
      returning \(fragment: columns)
      """
    ).map(message)
  }

  /// Takes one message out for good; nil where it does not wait.
  static func take(
    _ id: Int64, on connection: PostgresConnection
  ) async throws -> (mailoutID: Int64, message: WaitingMessage)? {
    try await connection.query(
      "delete from mailout.waiting where message_id = \(id) returning \(fragment: columns), mailout_id"
    ).first.map { (try $0[9, as: Int64.self], try message($0)) }
  }

  /// Takes out every message that waits for a customer.
  static func takeWaiting(
    of customerID: Int64, on connection: PostgresConnection
  ) async throws -> [(mailoutID: Int64, message: WaitingMessage)] {
    try await connection.query(
      """
      delete from mailout.waiting where message_id in (
        select message_id from mailout.waiting where customer_id = \(customerID) order by message_id for update)
      returning \(fragment: columns), mailout_id
      """
    ).map { (try $0[9, as: Int64.self], try message($0)) }
  }

  /// Adds messages of settled batches; one that waits already stays as it is.
  /// - Returns: how many are new.
  @discardableResult
  static func insert(
    _ waiting: [(mailoutID: Int64, provider: String?, message: WaitingMessage)], on connection: PostgresConnection
  ) async throws -> Int {
    guard !waiting.isEmpty else { return 0 }
    let messages = waiting.map(\.message)
    return try await connection.query(
      """
      insert into mailout.waiting
        (message_id, mailout_id, customer_id, due_at, status, round, hop, attempts, reason, provider, unknown, bound)
      select *, case when unknown then coalesce(provider, '') else '' end from unnest(
        \(messages.map(\.messageID))::bigint[], \(waiting.map(\.mailoutID))::bigint[],
        \(messages.map(\.customerID))::bigint[], \(messages.map { Timestamp.date(microseconds: $0.dueAt) })::timestamptz[],
        \(messages.map(\.status.rawValue))::text[], \(messages.map { Int32($0.round) })::integer[],
        \(messages.map { Int32($0.hop) })::integer[], \(messages.map { Int32($0.attempts) })::integer[],
        \(messages.map(\.reason))::text[], \(waiting.map(\.provider))::text[],
        \(messages.map(isUnknown))::boolean[])
        as w (message_id, mailout_id, customer_id, due_at, status, round, hop, attempts, reason, provider, unknown)
      on conflict (message_id) do nothing
      """
    ).affected
  }

  /// A sender of before says so by the reason only.
  private static func isUnknown(_ message: WaitingMessage) -> Bool {
    message.isUnknown || message.reason?.hasPrefix("unknown") == true
  }

  private struct Fenced: Error {}

  /// The hour is not theirs: they wait on, at no attempt's cost.
  private func postpone(_ later: [(messageID: Int64, dueAt: Date)], on connection: PostgresConnection) async throws {
    guard !later.isEmpty else { return }
    try await connection.query(
      """
      update mailout.waiting w set due_at = later.due_at
      from unnest(\(later.map(\.messageID))::bigint[], \(later.map(\.dueAt))::timestamptz[]) as later (id, due_at)
      where w.message_id = later.id
      """)
  }

  private static let columns: SQL = """
    message_id, customer_id, due_at, status, round, hop, attempts, reason, unknown or reason like 'unknown%'
    """

  private static func message(_ row: PostgresRow) throws -> WaitingMessage {
    WaitingMessage(
      messageID: try row[0, as: Int64.self], customerID: try row[1, as: Int64.self],
      dueAt: Timestamp.microseconds(try row[2, as: Date.self]),
      status: MessageStatus(rawValue: try row[3, as: String.self]) ?? .retrying,
      round: Int(try row[4, as: Int32.self]), hop: Int(try row[5, as: Int32.self]),
      attempts: Int(try row[6, as: Int32.self]), reason: try row[7, as: String?.self],
      isUnknown: try row[8, as: Bool?.self] ?? false)
  }
}
