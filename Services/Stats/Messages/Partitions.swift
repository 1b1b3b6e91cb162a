import Postgres
import Synchronization

/// Makes the partitions of `stats.message` and `stats.attempt` as ids grow into them. Ids ascend with time, so retention
/// drops the oldest of both.
final class Partitions: Sendable {
  /// Ids in one partition.
  static let size: Int64 = 5_000_000

  private let pool: PostgresPool
  private let known = Mutex<Set<Int64>>([])

  init(pool: PostgresPool) { self.pool = pool }

  /// Makes sure that rows with these ids have a place.
  func ensure(_ ids: [Int64]) async throws {
    let missing = known.withLock { known in Set(ids.map { $0 / Self.size }).subtracting(known) }
    for number in missing.sorted() {
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
      for table in ["message", "attempt"] {
        try await connection.query(
          """
          create table if not exists stats.\(raw: "\(table)_\(number)") partition of stats.\(raw: table)
          for values from (\(raw: from)) to (\(raw: to))
          """)
      }
    }
  }
}
