import Postgres
import Synchronization

/// Who has been erased, as far as messages may still come of. A copy keeps the ids and asks only for new ones, so that a
/// write costs one look at the end of an index.
final class ErasedCustomers: Sendable {
  /// How long an erased customer is remembered: longer than any message lives.
  static let keptDays: Int64 = 400
  /// Writers of messages hold it together, an erasure alone: it meets every row that was written before it, and
  /// whoever writes after it knows of it.
  private static let lock: SQL = "hashtext('stats.erased_customer'), 0"

  private struct State {
    var ids: Set<Int64> = []
    var last: Int64 = 0
  }

  private let state = Mutex(State())

  /// Everybody who is erased by now; nobody more is until the transaction ends. To be called first in it.
  func hold(on connection: PostgresConnection) async throws -> Set<Int64> {
    try await connection.query("select pg_advisory_xact_lock_shared(\(fragment: Self.lock))")
    let last = state.withLock { $0.last }
    let rows = try await connection.query("select id, customer_id from stats.erased_customer where id > \(last)")
    let news = try rows.map { try $0.decode(Int64.self, Int64.self) }
    return state.withLock { state in
      for (id, customer) in news {
        state.ids.insert(customer)
        state.last = max(state.last, id)
      }
      return state.ids
    }
  }

  /// Notes that a customer is erased, and keeps every writer out until the transaction ends. To be called first in it.
  static func add(_ customerID: Int64, on connection: PostgresConnection) async throws {
    try await connection.query("select pg_advisory_xact_lock(\(fragment: lock))")
    try await connection.query(
      "insert into stats.erased_customer (customer_id) values (\(customerID)) on conflict (customer_id) do nothing")
  }

  /// Forgets those of whom nothing can come any more.
  static func purge(on pool: PostgresPool) async throws {
    try await pool.query(
      "delete from stats.erased_customer where erased_at < now() - \(keptDays) * interval '1 day'")
  }
}
