import Contracts
import Postgres

/// Which index a page of an audience walks, and what is left to ask of each customer it gives.
struct AudienceSource {
  private enum Order { case filter, zone }

  /// Up to so many customers of the tags or newsletters asked for, it is cheaper to look at the zone of each than to walk
  /// the zone.
  private static let few: Int64 = 5_000

  private let order: Order
  /// A condition on `c` that the index does not serve.
  let condition: SQL?

  init(_ query: AudiencePageQuery, on pool: PostgresPool) async throws {
    let zone = Self.zone(of: query)
    order = zone != nil ? try await Self.order(of: query.filter, on: pool) : .filter
    let served = order == .filter ? Self.filtered(query.filter, CandidateSQL(limit: 1)).source : nil
    var conditions = AudienceConditions.all(of: query.filter, but: served)
    if order == .filter, let zone { conditions.append(zone) }
    condition = conditions.isEmpty ? nil : SQL.join(conditions, separator: " and ")
  }

  func candidates(of query: AudiencePageQuery, limit: Int) -> CandidateSQL {
    var candidates = CandidateSQL(after: query.after, through: query.through, limit: limit)
    guard order == .zone else { return Self.filtered(query.filter, candidates) }
    if let timezone = query.timezone {
      candidates.timezones = [timezone]
    } else {
      candidates.only = Self.zone(of: query)
    }
    return candidates
  }

  private static func filtered(_ filter: AudienceFilter, _ candidates: CandidateSQL) -> CandidateSQL {
    var candidates = candidates
    candidates.tags = filter.tags
    candidates.newsletters = filter.newsletters
    candidates.phoneCodes = filter.phoneCodes
    candidates.countries = AudienceConditions.folded(filter.countries)
    candidates.languages = AudienceConditions.folded(filter.languages)
    return candidates
  }

  private static func zone(of query: AudiencePageQuery) -> SQL? {
    if let timezone = query.timezone { return "c.timezone = \(timezone)" }
    return query.withoutTimezone == true ? "c.timezone is null" : nil
  }

  private static func order(of filter: AudienceFilter, on pool: PostgresPool) async throws -> Order {
    let chosen: SQL
    if !filter.tags.isEmpty {
      chosen = """
        select from (\(fragment: TagStore.selecting(filter.tags))) t join customer.customer_tag ct on ct.tag_id = t.id
        """
    } else if !filter.newsletters.isEmpty {
      chosen = """
        select from customer.subscription s
        where s.list = 'newsletters' and s.name = any(\(filter.newsletters)::text[]) and s.is_subscribed
        """
    } else {
      return .zone
    }
    let rows = try await pool.query(
      "select count(*) from (\(fragment: chosen) limit \(few + 1)) chosen")
    return try rows.first.map { try $0[0, as: Int64.self] } ?? 0 > few ? .zone : .filter
  }
}
