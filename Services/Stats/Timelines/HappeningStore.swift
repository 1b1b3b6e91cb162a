import Contracts
import FoundationEssentials
import Postgres

/// What happened, as rows.
enum HappeningStore {
  /// Adds those that are not there yet.
  static func insert(_ happenings: [Happening], on connection: PostgresConnection) async throws {
    guard !happenings.isEmpty else { return }
    // In the order of the key, so that replicas wait for one another in one direction only.
    let sorted = happenings.sorted { $0.eventID < $1.eventID }
    try await connection.query(
      """
      insert into stats.happening (event_id, subject, subject_id, at, type, principal, data)
      select event_id, subject, subject_id, at, type, principal, data::jsonb
      from unnest(\(sorted.map(\.eventID))::text[], \(sorted.map(\.subject.rawValue))::text[],
        \(sorted.map(\.subjectID))::bigint[], \(sorted.map(\.at))::timestamptz[], \(sorted.map(\.type))::text[],
        \(sorted.map(\.principal))::text[],
        \(sorted.map { String(decoding: $0.data.bytes, as: UTF8.self) })::text[])
        u (event_id, subject, subject_id, at, type, principal, data)
      on conflict (event_id) do nothing
      """)
  }

  /// In order of time, behind a place.
  static func of(
    _ subject: Happening.Subject, _ id: Int64, after: TimelineCursor, limit: Int, on connection: PostgresConnection
  ) async throws -> [TimelineEntry] {
    try await connection.query(
      """
      select id, at, type, principal, data::text from stats.happening
      where subject = \(subject.rawValue) and subject_id = \(id)
        and (at, id) > (\(PostgresInstant(microseconds: after.at)), \(after.happening))
      order by at, id limit \(Int64(limit))
      """
    ).map { row in
      let data = try row[4, as: String?.self].map { try JSON.parse(Array($0.utf8)) }
      return TimelineEntry(
        place: .happening(try row[0, as: Int64.self]), at: try row[1, as: PostgresInstant.self].microseconds,
        type: try row[2, as: String.self], principal: try row[3, as: String?.self], data: data ?? .null)
    }
  }
}
