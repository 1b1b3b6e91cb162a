import Contracts
import FoundationEssentials
import Postgres

/// What the scheduler's events say of mailouts; the greatest revision stands.
struct MailoutFactStore: Sendable {
  let pool: PostgresPool

  func write(_ fact: MailoutFact) async throws {
    try await upsert(fact, "where m.revision < excluded.revision and m.deleted_at is null")
  }

  /// A mailout that was deleted before it ran. Its row stays for a while, unseen: news of it that come late do not
  /// bring it back.
  func delete(_ fact: MailoutFact) async throws {
    try await upsert(fact, "", isDeleted: true)
  }

  /// Drops the rows of deleted mailouts of which no news can be on the way any more.
  func purge() async throws {
    try await pool.query("delete from stats.mailout where deleted_at < now() - interval '7 days'")
  }

  private func upsert(_ fact: MailoutFact, _ condition: SQL, isDeleted: Bool = false) async throws {
    func date(_ microseconds: Int64?) -> Date? { microseconds.map(Timestamp.date(microseconds:)) }
    try await pool.query(
      """
      insert into stats.mailout as m
        (id, revision, name, status, audience, issued, not_reached, start_at, end_at, started_at, finished_at, resent,
          deleted_at)
      values (\(fact.id), \(fact.revision), \(fact.name), \(fact.status.rawValue), \(fact.audience as Int64?), \(fact.issued),
        \(fact.notReached as Int64?), \(Timestamp.date(microseconds: fact.startAt)), \(Timestamp.date(microseconds: fact.endAt)),
        \(date(fact.startedAt) as Date?), \(date(fact.finishedAt) as Date?), \(fact.resent as Int64?),
        case when \(isDeleted) then now() end)
      on conflict (id) do update
      set revision = excluded.revision, name = excluded.name, status = excluded.status, audience = excluded.audience,
        issued = excluded.issued, not_reached = excluded.not_reached, start_at = excluded.start_at,
        end_at = excluded.end_at, started_at = excluded.started_at, finished_at = excluded.finished_at,
        resent = excluded.resent, deleted_at = excluded.deleted_at
      \(fragment: condition)
      """)
  }
}
