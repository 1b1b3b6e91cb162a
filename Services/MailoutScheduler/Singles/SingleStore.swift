import Contracts
import FoundationEssentials
import Postgres

/// Messages of no mailout, as rows.
struct SingleStore: Sendable {
  let pool: PostgresPool
  /// How long the issuer has to publish before anybody may.
  let publishLease: Duration

  func insert(_ single: Single, on connection: PostgresConnection) async throws {
    try await connection.query(
      """
      insert into mailout.single
        (message_id, customer_id, phone, text, end_at, provider, bound, due_at, created_by, created_at)
      values (\(single.messageID), \(single.customerID), \(single.phone), \(single.text), \(single.endAt),
        \(single.provider), \(single.provider ?? ""), \(single.createdAt), \(single.createdBy), \(single.createdAt))
      """)
  }

  /// nil where it has ended, or never was.
  func lock(_ id: Int64, on connection: PostgresConnection) async throws -> Single? {
    try await connection.query(
      "select \(fragment: Self.columns) from mailout.single where message_id = \(id) for update"
    ).first.map(Self.single)
  }

  func update(_ id: Int64, text: String, on connection: PostgresConnection) async throws {
    try await connection.query(
      "update mailout.single set text = \(text), revision = revision + 1 where message_id = \(id)")
  }

  func delete(_ ids: [Int64], on connection: PostgresConnection) async throws {
    guard !ids.isEmpty else { return }
    try await connection.query("delete from mailout.single where message_id = any(\(ids))")
  }

  /// Takes out those that wait for a person, as a customer or as a phone.
  static func takeWaiting(of person: Person, on connection: PostgresConnection) async throws -> [Single] {
    try await connection.query(
      """
      delete from mailout.single where message_id in (
        select message_id from mailout.single
        where due_at is not null and (customer_id = \(person.customerID) or phone = any(\(person.phones)))
        order by message_id for update)
      returning \(fragment: columns)
      """
    ).map(single)
  }

  /// The lanes in which something waits: of each provider that alone may be called, and of the default.
  func lanes(providers: [String]) async throws -> [WaitingStore.Lane] {
    try await pool.query(
      """
      select nullif(lane, ''), next_due from unnest(\([""] + providers)::text[]) lane cross join lateral (
        select min(due_at) as next_due from mailout.single where bound = lane and due_at is not null) w
      where next_due is not null
      """
    ).map { WaitingStore.Lane(provider: try $0[0, as: String?.self], nextDue: try $0[1, as: Date.self]) }
  }

  /// Messages of a lane that have waited long enough, in order.
  func due(lane: String?, now: Date, limit: Int) async throws -> [Single] {
    try await pool.query(
      """
      select \(fragment: Self.columns) from mailout.single
      where bound = \(lane ?? "") and due_at <= \(now) and end_at > \(now)
      order by due_at limit \(Int64(limit))
      """
    ).map(Self.single)
  }

  /// Hands messages to batches, and forgets those that are over. False where another has taken or changed one: then
  /// nothing has been done.
  func issue(
    _ taken: [Single], over: [Single], batches: [IssuedBatch], tell: @Sendable (PostgresConnection) async throws -> Void
  ) async throws -> Bool {
    do {
      try await pool.withTransaction { connection in
        let all = taken + over
        let marked = try await connection.query(
          """
          update mailout.single s set due_at = null
          from unnest(\(all.map(\.messageID))::bigint[], \(all.map(\.revision))::bigint[]) u (id, revision)
          where s.message_id = u.id and s.revision = u.revision and s.due_at is not null
          """)
        guard marked.affected == all.count else { throw Fenced() }
        try await delete(over.map(\.messageID), on: connection)
        try await BatchStore.insert(batches, mailoutID: NoMailout.id, lease: publishLease, on: connection)
        try await tell(connection)
      }
      return true
    } catch is Fenced {
      return false
    }
  }

  /// Takes out those whose end came while they waited; `tell` says so in the same transaction.
  func removeOverdue(
    now: Date, limit: Int, tell: @Sendable ([Single], PostgresConnection) async throws -> Void
  ) async throws -> Int {
    try await pool.withTransaction { connection in
      let gone = try await connection.query(
        """
        delete from mailout.single where message_id in (
          select message_id from mailout.single where due_at is not null and end_at <= \(now)
          order by end_at limit \(Int64(limit)) for update skip locked)
        returning \(fragment: Self.columns)
        """
      ).map(Self.single)
      try await tell(gone, connection)
      return gone.count
    }
  }

  /// A batch has been settled: some of its messages wait again, the others have ended.
  static func settle(
    _ batch: Batch, waiting: [WaitingMessage], on connection: PostgresConnection
  ) async throws {
    let again = Set(waiting.map(\.messageID))
    let ended = batch.messages.map(\.id).filter { !again.contains($0) }
    try await connection.query("delete from mailout.single where message_id = any(\(ended))")
    guard !waiting.isEmpty else { return }
    try await connection.query(
      """
      update mailout.single s set due_at = u.due_at, round = u.round, hop = u.hop, attempts = u.attempts,
        reason = u.reason, unknown = u.unknown,
        bound = case when u.unknown then \(batch.provider) else coalesce(s.provider, '') end
      from unnest(\(waiting.map(\.messageID))::bigint[],
        \(waiting.map { Timestamp.date(microseconds: $0.dueAt) })::timestamptz[],
        \(waiting.map { Int32($0.round) })::integer[], \(waiting.map { Int32($0.hop) })::integer[],
        \(waiting.map { Int32($0.attempts) })::integer[], \(waiting.map(\.reason))::text[],
        \(waiting.map(\.isUnknown))::boolean[])
        u (id, due_at, round, hop, attempts, reason, unknown)
      where s.message_id = u.id and s.due_at is null
      """)
  }

  private struct Fenced: Error {}

  private static let columns: SQL = """
    message_id, customer_id, phone, text, end_at, revision, provider, round, hop, attempts, reason,
    due_at is not null, created_by, created_at, unknown
    """

  private static func single(_ row: PostgresRow) throws -> Single {
    let customer = try row[1, as: Int64?.self]
    let phone = try row[2, as: String?.self]
    return Single(
      messageID: try row[0, as: Int64.self], recipient: customer.map { .customer($0) } ?? .phone(phone ?? ""),
      text: try row[3, as: String.self], endAt: try row[4, as: Date.self], revision: try row[5, as: Int64.self],
      provider: try row[6, as: String?.self], round: Int(try row[7, as: Int32.self]),
      hop: Int(try row[8, as: Int32.self]), attempts: Int(try row[9, as: Int32.self]),
      reason: try row[10, as: String?.self], isWaiting: try row[11, as: Bool.self],
      createdBy: try row[12, as: String.self], createdAt: try row[13, as: Date.self],
      isUnknown: try row[14, as: Bool.self])
  }
}

extension Single {
  fileprivate var phone: String? {
    if case .phone(let phone) = recipient { phone } else { nil }
  }
}
