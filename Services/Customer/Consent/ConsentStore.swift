import Contracts
import FoundationEssentials
import Postgres
import Service

/// The last change of each customer's consent.
struct ConsentStore: Sendable {
  /// How long changes are kept. Longer than most batches lie in a queue; those that lie longer are read anew.
  static let kept: Duration = .seconds(86_400)
  /// No transaction of ours takes so long from its first statement to its commit.
  static let margin: Duration = .seconds(600)

  /// - Parameter customers: each once, in order of id.
  /// - Returns: when, by the database; microseconds since 1970.
  func record(
    _ state: ConsentState, of customers: [(id: Int64, revision: Int64)], on connection: PostgresConnection
  ) async throws -> Int64 {
    let rows = try await connection.query(
      """
      with changed as (
        insert into customer.consent_change (customer_id, revision, state)
        select id, revision, \(state.rawValue)
        from unnest(\(customers.map(\.id))::bigint[], \(customers.map(\.revision))::bigint[]) c (id, revision)
        on conflict (customer_id) do update
          set revision = excluded.revision, state = excluded.state, at = excluded.at)
      select now()
      """)
    guard let row = rows.first else { throw CustomerError(.invalid, "the clock returned no row") }
    return Timestamp.microseconds(try row[0, as: Date.self])
  }

  /// The changes that are kept, the last ones where they are too many.
  func snapshot(limit: Int = ConsentSnapshot.maxCount, on pool: PostgresPool) async throws -> ConsentSnapshot {
    let rows = try await pool.query(
      """
      select c.customer_id, c.revision, c.state, c.at, n.now
      from (select now()) n (now) left join lateral (
        select * from customer.consent_change order by at desc limit \(Int64(limit))) c on true
      """)
    var changes: [ConsentChange] = []
    for row in rows {
      guard let id = try row[0, as: Int64?.self], let state = ConsentState(rawValue: try row[2, as: String.self])
      else { continue }
      changes.append(
        ConsentChange(
          customerID: id, revision: try row[1, as: Int64.self], state: state,
          at: Timestamp.microseconds(try row[3, as: Date.self])))
    }
    guard let now = try rows.first.map({ Timestamp.microseconds(try $0[4, as: Date.self]) }) else {
      throw CustomerError(.invalid, "the clock returned no row")
    }
    let first = changes.count < limit ? now - Self.kept.microseconds : changes.map(\.at).min() ?? now
    return ConsentSnapshot(changes: changes, since: first + Self.margin.microseconds)
  }

  /// Forgets what no snapshot needs any more.
  func purge(on pool: PostgresPool) async throws {
    try await pool.query(
      "delete from customer.consent_change where at < now() - interval '1 second' * \(Self.kept.components.seconds)")
  }
}
