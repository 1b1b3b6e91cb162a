import Postgres
import Service

/// Reads single customers, those who are asked for at the same time by one statement.
struct CustomerReader: Sendable {
  private let coalescer: Coalescer<Int64, CustomerRecord?>

  /// - Parameter executor: where the rows are read.
  init(pool: PostgresPool, executor: (any TaskExecutor)?) {
    coalescer = Coalescer(executor: executor) { ids in
      do {
        let rows = try await pool.query(
          "select \(fragment: CustomerStore.columns) from customer.customer c where c.id = any(\(ids)::bigint[])")
        var found: [Int64: CustomerRecord] = [:]
        for row in rows {
          let record = try CustomerStore.record(of: row)
          found[record.id] = record
        }
        return ids.map { .success(found[$0]) }
      } catch {
        return ids.map { _ in .failure(error) }
      }
    }
  }

  /// The customer; nil where there is none.
  func customer(_ id: Int64) async throws -> CustomerRecord? { try await coalescer(id) }
}
