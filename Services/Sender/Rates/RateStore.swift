import Postgres

/// Tokens of named slots, taken by all senders from one table, so that together they never exceed a rate.
struct RateStore: Sendable {
  struct Grant: Sendable, Equatable {
    let scope: String
    let slot: Int64
    let numbers: Range<Int>
  }

  let pool: PostgresPool

  /// The database's time; nanoseconds since 1970.
  func time() async throws -> Int64 {
    let rows = try await pool.query("select (extract(epoch from clock_timestamp()) * 1000000)::bigint")
    return try (rows.first?[0, as: Int64.self] ?? 0) * 1000
  }

  /// Takes as many tokens as are wanted and left.
  /// - Returns: what is granted, and the database's time.
  func take(_ requests: [(scope: String, request: TokenStash.Request)]) async throws -> (grants: [Grant], time: Int64) {
    // In one order, so that two senders never wait for each other.
    let sorted = requests.sorted { ($0.request.slot, $0.scope) < ($1.request.slot, $1.scope) }
    let rows = try await pool.query(
      """
      insert into sender.rate_slot as r (slot, scope, before, taken, capacity)
      select slot, scope, 0, least(wanted, capacity), capacity
      from unnest(\(sorted.map(\.request.slot))::bigint[], \(sorted.map(\.scope))::text[],
        \(sorted.map { Int32($0.request.wanted) })::integer[], \(sorted.map { Int32($0.request.capacity) })::integer[])
        u (slot, scope, wanted, capacity)
      on conflict (slot, scope) do update
      set before = r.taken, taken = greatest(r.taken, least(r.taken + excluded.taken, excluded.capacity)),
        capacity = excluded.capacity
      returning slot, scope, before, taken, (extract(epoch from clock_timestamp()) * 1000000)::bigint
      """)
    var time: Int64 = 0
    let grants = try rows.map { row in
      let (slot, scope, before, taken, now) = try row.decode(
        Int64.self, String.self, Int32.self, Int32.self, Int64.self)
      time = max(time, now)
      return Grant(scope: scope, slot: slot, numbers: Int(before)..<Int(taken))
    }
    return (grants, time * 1000)
  }

  /// Forgets slots whose time is over.
  func purge() async throws {
    try await pool.query(
      "delete from sender.rate_slot where slot < (extract(epoch from clock_timestamp()) * 10)::bigint - 100")
  }
}
