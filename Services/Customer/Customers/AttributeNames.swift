import Contracts
import Postgres
import Synchronization

/// The names of all attributes that customers have: recorded when first seen, never taken back.
final class AttributeNames: Sendable {
  /// So many different names are a mistake in somebody's file.
  static let maxCount: Int64 = 5000

  private let pool: PostgresPool
  /// Names known to be recorded; saves asking for each customer.
  private let known = Mutex<Set<String>>([])

  init(pool: PostgresPool) {
    self.pool = pool
  }

  /// Records names that are new.
  /// - Throws: `Problem` where there are too many already.
  func record(_ names: some Sequence<String> & Sendable) async throws {
    let new = known.withLock { known in Set(names).subtracting(known) }.sorted()
    if new.isEmpty { return }
    let rows = try await pool.query(
      """
      with added as (
        insert into customer.attribute_name (name)
        select n from unnest(\(new)::text[]) n
        where (select count(*) from customer.attribute_name) + cardinality(\(new)::text[]) <= \(Self.maxCount)
          or exists (select from customer.attribute_name a where a.name = n)
        order by n
        on conflict (name) do nothing returning name)
      select name from added union select name from customer.attribute_name where name = any(\(new)::text[])
      """)
    // A name that another one records at this moment is in neither part; it is asked for again the next time.
    let recorded = try rows.map { try $0[0, as: String.self] }
    known.withLock { $0.formUnion(recorded) }
    if recorded.isEmpty, try await count() >= Self.maxCount {
      throw Problem.invalid([
        Problem.Field("/attributes", "would bring more than \(Self.maxCount) different attributes into use")
      ])
    }
  }

  /// All names, in order.
  func all() async throws -> [String] {
    try await pool.query("select name from customer.attribute_name order by name").map { try $0[0, as: String.self] }
  }

  private func count() async throws -> Int64 {
    let rows = try await pool.query("select count(*) from customer.attribute_name")
    return try rows.first.map { try $0[0, as: Int64.self] } ?? 0
  }
}
