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

  /// - Parameter limit: how many customers at most; `scan`: how many to look at (tests make it small).
  func page(_ query: CustomerQuery, scan: Int = scan) async throws -> Page {
    let order: SQL = query.isDescending ? "desc" : "asc"
    let (source, conditions) = Self.plan(query, scan: scan)
    let last: SQL = query.isDescending ? "min(id)" : "max(id)"
    let rows = try await pool.query(
      """
      with candidate as materialized (\(fragment: source.sql)),
      seen as (select count(*) as count, \(fragment: last) as last from candidate)
      select seen.count, seen.last, page.*
      from seen left join lateral (
        select \(fragment: CustomerStore.columns)
        from candidate join customer.customer c on c.id = candidate.id
        where \(fragment: conditions)
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

  /// Which index gives the candidates, and what is left to check of each.
  private static func plan(_ query: CustomerQuery, scan: Int) -> (source: CandidateSQL, conditions: SQL) {
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
      conditions.append(
        """
        exists (select from customer.customer_tag ct join customer.tag t on t.id = ct.tag_id
          where ct.customer_id = c.id and t.name = any(\(query.tags)::text[]))
        """)
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
    if let text = query.text {
      let pattern = "%\(escaped(text))%"
      conditions.append(
        """
        (c.first_name ilike \(pattern) or c.last_name ilike \(pattern) or c.email ilike \(pattern)
          or c.first_name || ' ' || c.last_name ilike \(pattern) or c.phone like \(pattern))
        """)
    }
    if !conditions.isEmpty { source.limit = max(scan, query.limit) }
    let all = conditions.reduce("true") { (all: SQL, one: SQL) -> SQL in "\(fragment: all) and \(fragment: one)" }
    return (source, all)
  }

  /// Text without meaning for `like`.
  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("%", with: "\\%").replacing("_", with: "\\_")
  }
}
