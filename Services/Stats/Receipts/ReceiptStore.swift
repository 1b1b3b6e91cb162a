import Contracts
import Postgres

/// Finds the messages that receipts name.
struct ReceiptStore: Sendable {
  /// The messages of each name that is known; more than one where providers have given the same id.
  func ids(
    of names: Set<Receipt.Name>, on connection: PostgresConnection
  ) async throws -> [Receipt.Name: [Int64]] {
    var (ids, providers): ([Int64], [String]) = ([], [])
    for name in names {
      switch name {
      case .message(let id): ids.append(id)
      case .provider(let id): providers.append(id)
      }
    }
    var found: [Receipt.Name: [Int64]] = [:]
    if !ids.isEmpty {
      for row in try await connection.query("select id from stats.message where id = any(\(ids))") {
        let id = try row[0, as: Int64.self]
        found[.message(id)] = [id]
      }
    }
    if !providers.isEmpty {
      let rows = try await connection.query(
        """
        select m.provider_message_id, m.id from unnest(\(providers)::text[]) p (id) cross join lateral (
          select id, provider_message_id from stats.message where provider_message_id = p.id limit 3) m
        """)
      for row in rows { found[.provider(try row[0, as: String.self]), default: []].append(try row[1, as: Int64.self]) }
    }
    return found
  }
}
