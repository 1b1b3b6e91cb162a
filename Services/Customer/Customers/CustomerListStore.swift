import Postgres

/// Pages of customers at bounded cost.
struct CustomerListStore: Sendable {
  let pool: PostgresPool

  /// Where filters beyond the first leave few, a page looks at so many customers at most and may then be short.
  static let scan = 10_000

  struct Page: Sendable {
    var customers: [CustomerRecord] = []
    /// The last customer looked at; nil where there is none after it.
    var next: Int64?
  }

  /// - Parameter scan: how many customers to look at (tests make it small).
  func page(_ query: CustomerQuery, scan: Int = scan) async throws -> Page {
    guard let text = query.text.map(SearchSQL.init) else { return try await filtered(query, scan: scan) }
    return try await CustomerSearchStore(pool: pool).page(query, text, look: min(scan, CustomerSearchStore.look))
  }

  private func filtered(_ query: CustomerQuery, scan: Int) async throws -> Page {
    let order: SQL = query.isDescending ? "desc" : "asc"
    var (source, conditions) = Self.plan(query)
    if conditions != nil { source.limit = max(scan, query.limit) }
    let last: SQL = query.isDescending ? "min(id)" : "max(id)"
    let rows = try await pool.query(
      """
      with candidate as materialized (\(fragment: source.sql)),
      seen as (select count(*) as count, \(fragment: last) as last from candidate)
      select seen.count, seen.last, page.*
      from seen left join lateral (
        select \(fragment: CustomerStore.columns)
        from candidate join customer.customer c on c.id = candidate.id
        where \(fragment: conditions ?? "true")
        order by c.id \(fragment: order) limit \(raw: String(query.limit))) page on true
      order by page.id \(fragment: order)
      """)
    var page = Page()
    guard let first = rows.first else { return page }
    let seen = try first[0, as: Int64.self]
    if try first[2, as: Int64?.self] != nil {
      page.customers = try rows.map { try CustomerStore.record(of: $0, first: 2) }
    }
    if page.customers.count == query.limit {
      page.next = page.customers.last?.id
    } else if seen == Int64(source.limit) {
      page.next = try first[1, as: Int64?.self]
    }
    return page
  }

  /// Which index gives the candidates, and what but the text is left to check of each.
  static func plan(_ query: CustomerQuery) -> (source: CandidateSQL, conditions: SQL?) {
    var source = CandidateSQL(after: query.after, isDescending: query.isDescending, limit: query.limit)
    var conditions: [SQL] = []
    source.tags = query.tags
    source.phoneCodes = query.phoneCodes
    source.timezones = query.timezones
    if let phone = query.phone {
      source.only = "c.phone = \(phone)"
    } else if let email = query.email {
      source.only = "lower(c.email collate \"C\") = \(ImportRow.fold(email))"
    }
    if !query.tags.isEmpty && source.source != .tags {
      conditions.append(CandidateSQL.tagged(query.tags))
    }
    if !query.phoneCodes.isEmpty && source.source != .phoneCodes {
      conditions.append("c.phone_code = any(\(query.phoneCodes)::text[])")
    }
    if !query.timezones.isEmpty && source.source != .timezones {
      conditions.append("c.timezone = any(\(query.timezones)::text[])")
    }
    if query.phone != nil, let email = query.email {
      conditions.append("lower(c.email collate \"C\") = \(ImportRow.fold(email))")
    }
    let all = conditions.dropFirst().reduce(conditions.first) { (all: SQL?, one: SQL) -> SQL? in
      all.map { "\(fragment: $0) and \(fragment: one)" }
    }
    return (source, all)
  }
}
