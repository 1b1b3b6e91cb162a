import Contracts
import FoundationEssentials
import Postgres

/// What happened, as rows.
enum HappeningStore {
  /// Adds those that are not there yet, and forgets the texts of customers who were deleted.
  static func record(_ happenings: [Happening], on pool: PostgresPool) async throws {
    try await pool.withTransaction { connection in
      try await insert(happenings, on: connection)
      let gone = happenings.filter { $0.type == EventType.customerDeleted.rawValue }
      try await MessageTextStore.forget(customers: gone.map(\.subjectID), on: connection)
    }
  }

  /// Adds those that are not there yet.
  static func insert(_ happenings: [Happening], on connection: PostgresConnection) async throws {
    guard !happenings.isEmpty else { return }
    let inserted = try await connection.query(insertion(happenings))
      .map { (try $0[0, as: String.self], try $0[1, as: Int64.self]) }
    try await insertImported(of: happenings, ids: Dictionary(uniqueKeysWithValues: inserted), on: connection)
  }

  /// Adds those that are not there yet, without the customers of imports.
  static func insertion(_ happenings: [Happening]) -> SQL {
    // In the order of the key, so that replicas wait for one another in one direction only.
    let sorted = happenings.sorted { $0.eventID < $1.eventID }
    return """
      insert into stats.happening (event_id, subject, subject_id, at, type, principal, data)
      select event_id, subject, subject_id, at, type, principal, data::jsonb
      from unnest(\(sorted.map(\.eventID))::text[], \(sorted.map(\.subject.rawValue))::text[],
        \(sorted.map(\.subjectID))::bigint[], \(sorted.map(\.at))::timestamptz[], \(sorted.map(\.type))::text[],
        \(sorted.map(\.principal))::text[],
        \(sorted.map { String(decoding: $0.data.bytes, as: UTF8.self) })::text[])
        u (event_id, subject, subject_id, at, type, principal, data)
      on conflict (event_id) do nothing
      returning event_id, id
      """
  }

  /// - Parameter ids: of the happenings that are new, by their events'.
  private static func insertImported(
    of happenings: [Happening], ids: [String: Int64], on connection: PostgresConnection
  ) async throws {
    var customers: [Int64] = []
    var imports: [Int64] = []
    var areNew: [Bool] = []
    for happening in happenings where !happening.imported.isEmpty {
      guard let id = ids[happening.eventID] else { continue }
      customers += happening.imported.map(\.customerID)
      imports += happening.imported.map { _ in id }
      areNew += happening.imported.map(\.isNew)
    }
    guard !customers.isEmpty else { return }
    // A customer who was made and changed in one import was made.
    try await connection.query(
      """
      insert into stats.imported (customer_id, happening_id, is_new)
      select * from unnest(\(customers)::bigint[], \(imports)::bigint[], \(areNew)::boolean[])
      on conflict do nothing
      """)
  }

  /// In order of time, behind a place.
  static func of(
    _ subject: Happening.Subject, _ id: Int64, after: TimelineCursor, limit: Int, on connection: PostgresConnection
  ) async throws -> [TimelineEntry] {
    let theirs: SQL =
      switch subject {
      case .customer: "stats.customer_happening where customer_id = \(id)"
      default: "stats.happening where subject = \(subject.rawValue) and subject_id = \(id)"
      }
    return try await connection.query(
      """
      select \(fragment: columns) from \(fragment: theirs)
        and (at, id) > (\(PostgresInstant(microseconds: after.at)), \(after.happening))
      order by at, id limit \(Int64(limit))
      """
    ).map(entry)
  }

  static let columns: SQL = "id, at, type, principal, data::text"

  /// Reads `columns`.
  static func entry(_ row: PostgresRow) throws -> TimelineEntry {
    let data = try row[4, as: String?.self].map { try JSON.parse(Array($0.utf8)) }
    return TimelineEntry(
      place: .happening(try row[0, as: Int64.self]), at: try row[1, as: PostgresInstant.self].microseconds,
      type: try row[2, as: String.self], principal: try row[3, as: String?.self], data: data ?? .null)
  }
}
