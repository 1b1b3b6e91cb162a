import Contracts
import Postgres

/// Which index a page of an audience walks, and what is left to ask of each customer it gives.
struct AudienceSource {
  private enum Order { case filter, zone }

  /// Up to so many customers of the tags asked for, it is cheaper to look at the zone of each than to walk the zone.
  private static let fewTagged: Int64 = 5_000

  private let order: Order
  /// A condition on `c` that the index does not serve.
  let condition: SQL?

  init(_ query: AudiencePageQuery, on pool: PostgresPool) async throws {
    let filter = query.filter
    let zone = Self.zone(of: query)
    order = zone != nil ? try await Self.order(of: filter, on: pool) : .filter
    var conditions: [SQL] = []
    if !filter.phoneCodes.isEmpty && (order == .zone || !filter.tags.isEmpty) {
      conditions.append("c.phone_code = any(\(filter.phoneCodes)::text[])")
    }
    if order == .zone && !filter.tags.isEmpty {
      conditions.append(CandidateSQL.tagged(filter.tags))
    }
    if order == .filter, let zone { conditions.append(zone) }
    condition =
      conditions.isEmpty
      ? nil
      : conditions.dropFirst().reduce(conditions[0]) { all, next in
        "\(fragment: all) and \(fragment: next)"
      }
  }

  func candidates(of query: AudiencePageQuery, limit: Int) -> CandidateSQL {
    var candidates = CandidateSQL(after: query.after, through: query.through, limit: limit)
    if order == .zone {
      if let timezone = query.timezone {
        candidates.timezones = [timezone]
      } else {
        candidates.only = Self.zone(of: query)
      }
    } else {
      candidates.tags = query.filter.tags
      candidates.phoneCodes = query.filter.phoneCodes
    }
    return candidates
  }

  private static func zone(of query: AudiencePageQuery) -> SQL? {
    if let timezone = query.timezone { return "c.timezone = \(timezone)" }
    return query.withoutTimezone == true ? "c.timezone is null" : nil
  }

  private static func order(of filter: AudienceFilter, on pool: PostgresPool) async throws -> Order {
    guard !filter.tags.isEmpty else { return .zone }
    let rows = try await pool.query(
      """
      select count(*) from (
        select from (\(fragment: TagStore.selecting(filter.tags))) t join customer.customer_tag ct on ct.tag_id = t.id
        limit \(fewTagged + 1)) tagged
      """)
    return try rows.first.map { try $0[0, as: Int64.self] } ?? 0 > fewTagged ? .zone : .filter
  }
}
