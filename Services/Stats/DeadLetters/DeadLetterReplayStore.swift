import Contracts
import Postgres

/// Orders to send dead letters back, and what became of them.
struct DeadLetterReplayStore: Sendable {
  private static let channel = "stats_dead_letter_replay"
  /// How long letters are sent in one transaction: one that is idle for long is broken off (`Database.sessionSettings`).
  private static let patience: Duration = .seconds(10)

  let pool: PostgresPool

  /// Something came, or may have come, to be worked off.
  func orders() -> AsyncStream<String> { pool.listen(Self.channel) }

  /// Orders every letter of a queue that has not gone back yet, those whose reason begins so where one is given.
  /// - Returns: how many were ordered now.
  func order(queue: String, reason: String?, on connection: PostgresConnection) async throws -> Int64 {
    let ordered = try await connection.query(
      """
      update stats.dead_letter set replay_ordered_at = now(), replay_error = null
      where queue = \(queue) and replayed_at is null and replay_ordered_at is null
        and (\(reason as String?)::text is null or starts_with(reason, \(reason as String?)))
      """)
    try await connection.query("select pg_notify(\(Self.channel), '')")
    return Int64(ordered.affected)
  }

  /// How many are ordered and have still to go, of one queue or of all.
  func waiting(queue: String?, on connection: PostgresConnection) async throws -> Int64 {
    try await connection.query(
      """
      select count(*) from stats.dead_letter
      where replay_ordered_at is not null and replayed_at is null
        and (\(queue as String?)::text is null or queue = \(queue as String?))
      """
    ).first?[0, as: Int64.self] ?? 0
  }

  /// Sends one back at once, in the transaction that marks it.
  /// - Throws: `Problem` where there is none, it has gone already, or it cannot.
  func replay(
    _ id: Int64, on connection: PostgresConnection, send: @Sendable (StoredLetter) async throws -> Void
  ) async throws {
    let rows = try await connection.query(
      """
      select \(fragment: Self.columns), replayed_at is not null from stats.dead_letter where id = \(id) for update
      """)
    guard let row = rows.first else { throw Problem.notFound("dead letter", id) }
    guard !(try row[4, as: Bool.self]) else {
      throw Problem(
        .conflict, "The dead letter \(id) was replayed already; should it have died again, it is a new one.")
    }
    do {
      try await send(try Self.letter(row))
    } catch let refusal as LetterReplay.Refusal {
      throw Problem(.conflict, refusal.detail)
    }
    try await mark([id], on: connection)
  }

  /// Sends back the next letters that were ordered; those another replica has in hand are left to it.
  /// - Parameter send: throws `LetterReplay.Refusal` for a letter that cannot go back; anything else ends the work, and
  ///   what was not sent by then is tried again.
  func work(
    limit: Int, send: @Sendable (StoredLetter) async throws -> Void
  ) async throws -> (taken: Int, sent: Int) {
    try await pool.withTransaction { connection in
      let letters = try await connection.query(
        """
        select \(fragment: Self.columns) from stats.dead_letter
        where replay_ordered_at is not null and replayed_at is null
        order by id limit \(Int64(limit)) for update skip locked
        """
      ).map(Self.letter)
      var sent: [Int64] = []
      let began = ContinuousClock.now
      for letter in letters where began.duration(to: .now) < Self.patience {
        do {
          try await send(letter)
          sent.append(letter.id)
        } catch let refusal as LetterReplay.Refusal {
          try await connection.query(
            """
            update stats.dead_letter set replay_ordered_at = null, replay_error = \(refusal.detail)
            where id = \(letter.id)
            """)
        } catch {
          // What has gone is marked; what has not is for the next time.
          guard !sent.isEmpty else { throw error }
          break
        }
      }
      try await mark(sent, on: connection)
      return (letters.count, sent.count)
    }
  }

  private func mark(_ ids: [Int64], on connection: PostgresConnection) async throws {
    guard !ids.isEmpty else { return }
    try await connection.query(
      "update stats.dead_letter set replayed_at = now(), replay_error = null where id = any(\(ids))")
  }

  private static let columns: SQL =
    "id, queue, body, coalesce(properties, jsonb_build_object('type', type, 'message_id', message_id))"

  private static func letter(_ row: PostgresRow) throws -> StoredLetter {
    let properties = try row[3, as: PostgresJSON.self].bytes
    return StoredLetter(
      id: try row[0, as: Int64.self], queue: try row[1, as: String.self], body: try row[2, as: [UInt8].self],
      properties: LetterProperties(json: try JSON.parse(properties)))
  }
}
