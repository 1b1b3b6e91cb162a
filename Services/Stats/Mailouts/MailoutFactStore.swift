import Contracts
import FoundationEssentials
import Postgres

/// What the scheduler's events say of mailouts; the greatest revision stands.
struct MailoutFactStore: Sendable {
  let pool: PostgresPool

  /// How far it is changes no revision.
  private static let isNewer: SQL = """
    where (m.revision, m.issued) < (excluded.revision, excluded.issued) and m.deleted_at is null
    """

  /// Of each mailout the greatest revision counts, and of that what has been issued most. A mailout that was deleted before it ran keeps its row for a while,
  /// unseen: news of it that come late, or in the same portion, do not bring it back.
  func write(_ events: [MailoutEvent]) async throws {
    let news = events.map(\.news)
    let happenings = events.compactMap(\.happening)
    var deleted: [Int64: MailoutFact] = [:]
    var present: [Int64: MailoutFact] = [:]
    for case .deleted(let fact) in news { deleted[fact.id] = fact }
    for case .fact(let fact) in news where deleted[fact.id] == nil {
      if let other = present[fact.id], (fact.revision, fact.issued) <= (other.revision, other.issued) { continue }
      present[fact.id] = fact
    }
    let changes = present.isEmpty ? [] : [Self.upsert(present, Self.isNewer, isDeleted: false)]
    let deletions = deleted.isEmpty ? [] : [Self.upsert(deleted, "", isDeleted: true)]
    let told = happenings.isEmpty ? [] : [HappeningStore.insertion(happenings)]
    // In one round trip, and one transaction.
    try await pool.withConnection { try await $0.pipeline(changes + deletions + told) }
  }

  /// Drops the rows of deleted mailouts of which no news can be on the way any more.
  func purge() async throws {
    try await pool.query("delete from stats.mailout where deleted_at < now() - interval '7 days'")
  }

  private static func upsert(_ facts: [Int64: MailoutFact], _ condition: SQL, isDeleted: Bool) -> SQL {
    // In the order of the key, so that replicas wait for one another in one direction only.
    let facts = facts.values.sorted { $0.id < $1.id }
    func dates(_ microseconds: (MailoutFact) -> Int64?) -> [Date?] {
      facts.map { microseconds($0).map(Timestamp.date(microseconds:)) }
    }
    return """
      insert into stats.mailout as m
        (id, revision, name, status, audience, issued, not_reached, start_at, end_at, started_at, finished_at, resent,
          deleted_at)
      select u.*, case when \(isDeleted) then now() end from unnest(
        \(facts.map(\.id))::bigint[], \(facts.map(\.revision))::bigint[], \(facts.map(\.name))::text[],
        \(facts.map(\.status.rawValue))::text[], \(facts.map(\.audience))::bigint[], \(facts.map(\.issued))::bigint[],
        \(facts.map(\.notReached))::bigint[], \(dates(\.startAt))::timestamptz[], \(dates(\.endAt))::timestamptz[],
        \(dates(\.startedAt))::timestamptz[], \(dates(\.finishedAt))::timestamptz[],
        \(facts.map(\.resent))::bigint[]) u
      on conflict (id) do update
      set revision = excluded.revision, name = excluded.name, status = excluded.status, audience = excluded.audience,
        issued = excluded.issued, not_reached = excluded.not_reached, start_at = excluded.start_at,
        end_at = excluded.end_at, started_at = excluded.started_at, finished_at = excluded.finished_at,
        resent = excluded.resent, deleted_at = excluded.deleted_at
      \(fragment: condition)
      """
  }
}
