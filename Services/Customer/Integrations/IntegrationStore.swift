import Contracts
import Messaging
import Postgres

/// Integrations in the database.
struct IntegrationStore: IntegrationKnowing {
  let pool: PostgresPool

  func scopes(of name: String) async throws(Problem) -> Set<String>? {
    do {
      let rows = try await pool.query("select scopes from customer.integration where name = \(name)")
      return try rows.first.map { Set(try $0[0, as: [String].self]) }
    } catch {
      throw Problem(.unavailable, "What integrations may cannot be looked up at the moment.")
    }
  }

  /// Creates it, or gives an existing one these scopes.
  func put(_ name: String, scopes: [String]) async throws {
    try await pool.query(
      """
      insert into customer.integration (name, scopes) values (\(name), \(scopes))
      on conflict (name) do update set scopes = excluded.scopes, updated_at = now()
      """)
  }

  /// Whether there was one.
  func remove(_ name: String) async throws -> Bool {
    try await pool.query("delete from customer.integration where name = \(name)").affected > 0
  }
}
