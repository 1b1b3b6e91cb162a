import Postgres
import Synchronization

/// Makes the partitions of `stats.message` as ids grow into them.
final class Partitions: Sendable {
  /// Ids in one partition.
  static let size: Int64 = 5_000_000

  private let pool: PostgresPool
  private let known = Mutex<Set<Int64>>([])

  init(pool: PostgresPool) { self.pool = pool }

  /// Makes sure that rows with these ids have a place.
  func ensure(from first: Int64, through last: Int64) async throws {
    for number in (first / Self.size)...(last / Self.size) where !known.withLock({ $0.contains(number) }) {
      try await create(number)
      known.withLock { _ = $0.insert(number) }
    }
  }

  private func create(_ number: Int64) async throws {
    let end = (number + 1).multipliedReportingOverflow(by: Self.size)
    let (from, to) = (String(number * Self.size), end.overflow ? "maxvalue" : String(end.partialValue))
    try await pool.withTransaction { connection in
      // Replicas that meet a new partition at once make it once.
      try await connection.query("select pg_advisory_xact_lock(hashtext('stats.message'), 0)")
      try await connection.query(
        """
        create table if not exists stats.\(raw: "message_\(number)") partition of stats.message
        for values from (\(raw: from)) to (\(raw: to))
        """)
    }
  }
}
