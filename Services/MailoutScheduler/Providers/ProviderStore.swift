import Contracts
import FoundationEssentials
import Postgres

/// What senders have said of their providers, as rows.
struct ProviderStore: Sendable {
  static let channel = "mailout_provider"

  let pool: PostgresPool

  func all() async throws -> [String: ProviderState] {
    let rows = try await pool.query(
      "select name, enabled, rate_limit, circuit, reopens_at from mailout.provider where not deleted")
    return Dictionary(
      try rows.map { row in
        let circuit = try row[3, as: String.self]
        return (
          try row[0, as: String.self],
          ProviderState(
            isEnabled: try row[1, as: Bool.self], rateLimit: try row[2, as: Int32?.self].map { Int($0) },
            circuit: ProviderFact.Circuit(rawValue: circuit) ?? .closed, reopensAt: try row[4, as: Date?.self])
        )
      }, uniquingKeysWith: { $1 })
  }

  /// Keeps the greatest revision of each, in whatever order and however often facts arrive; wakes the replicas. Of two
  /// providers that had a name one after the other the later counts.
  func apply(_ facts: [ProviderFact], areDeleted: Bool = false) async throws {
    try await pool.withTransaction { connection in
      // One by one: they are few, and one group may name a provider twice.
      for fact in facts.sorted(by: { ($0.name, $0.id, $0.revision) < ($1.name, $1.id, $1.revision) }) {
        try await connection.query(
          """
          insert into mailout.provider as p
            (name, provider_id, revision, deleted, enabled, rate_limit, circuit, reopens_at)
          values (\(fact.name), \(fact.id), \(fact.revision), \(areDeleted), \(fact.isEnabled), \(fact.rateLimit.map { Int32(clamping: $0) }),
            \(fact.circuit.rawValue), \(fact.reopensAt.map { Timestamp.date(microseconds: $0) }))
          on conflict (name) do update set provider_id = excluded.provider_id, revision = excluded.revision,
            deleted = excluded.deleted, enabled = excluded.enabled, rate_limit = excluded.rate_limit,
            circuit = excluded.circuit, reopens_at = excluded.reopens_at
          where (excluded.provider_id, excluded.revision) > (p.provider_id, p.revision)
          """)
      }
      try await connection.query("select pg_notify(\(Self.channel), '')")
    }
  }
}
