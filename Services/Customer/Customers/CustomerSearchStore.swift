import Postgres

/// Pages of the customers whom a text finds, at bounded cost.
///
/// A few customers are looked at first, in the order of id: where a text finds many, they are the page. A rare text is
/// found by the index of words, and its customers put in order. What would be dear is a common text beside a filter that
/// leaves few: then the page is short, and its cursor goes on.
struct CustomerSearchStore: Sendable {
  let pool: PostgresPool

  /// So many are looked at first.
  static let look = 500
  /// A text that finds more than one of so many is common.
  private static let common: Int64 = 50

  private struct Look {
    var page = CustomerListStore.Page()
    var seen: Int64 = 0
    /// How many the text alone finds among them.
    var hits: Int64 = 0
    var last: Int64?
  }

  func page(_ query: CustomerQuery, _ text: SearchSQL, look count: Int = look) async throws -> CustomerListStore.Page {
    var (source, conditions) = CustomerListStore.plan(query)
    source.limit = max(count, query.limit)
    var look = try await look(query, text, source, conditions)
    if look.page.customers.count == query.limit {
      look.page.next = look.page.customers.last?.id
    } else if look.seen == Int64(source.limit) {
      if look.hits * Self.common <= look.seen && source.source != .only {
        return try await indexed(query, text, source, conditions)
      }
      look.page.next = look.last
    }
    return look.page
  }

  private func look(
    _ query: CustomerQuery, _ text: SearchSQL, _ source: CandidateSQL, _ conditions: SQL?
  ) async throws -> Look {
    let order: SQL = query.isDescending ? "desc" : "asc"
    let last: SQL = query.isDescending ? "min(id)" : "max(id)"
    let rows = try await pool.query(
      """
      with candidate as materialized (\(fragment: source.sql)),
      looked as materialized (
        select c.id, coalesce(\(fragment: text.condition), false) as hit, \(fragment: conditions ?? "true") as fits
        from candidate join customer.customer c on c.id = candidate.id),
      seen as (
        select (select count(*) from candidate) as count, (select \(fragment: last) from candidate) as last,
          count(*) filter (where hit) as hits from looked)
      select seen.count, seen.last, seen.hits, page.*
      from seen left join lateral (
        select \(fragment: CustomerStore.columns)
        from looked join customer.customer c on c.id = looked.id
        where looked.hit and looked.fits
        order by c.id \(fragment: order) limit \(raw: String(query.limit))) page on true
      order by page.id \(fragment: order)
      """)
    var look = Look()
    guard let first = rows.first else { return look }
    (look.seen, look.hits) = (try first[0, as: Int64.self], try first[2, as: Int64.self])
    look.last = try first[1, as: Int64?.self]
    if try first[3, as: Int64?.self] != nil {
      look.page.customers = try rows.map { try CustomerStore.record(of: $0, first: 3) }
    }
    return look
  }

  private func indexed(
    _ query: CustomerQuery, _ text: SearchSQL, _ source: CandidateSQL, _ conditions: SQL?
  ) async throws -> CustomerListStore.Page {
    let order: SQL = query.isDescending ? "desc" : "asc"
    var all: SQL = query.after.map { query.isDescending ? "c.id < \($0)" : "c.id > \($0)" } ?? "true"
    // The source's filter has its index no longer: it is asked of each hit.
    for condition in [conditions, source.condition].compactMap({ $0 }) {
      all = "\(fragment: all) and \(fragment: condition)"
    }
    let rows = try await pool.query(
      """
      with hit as materialized (\(fragment: text.hits)),
      page as materialized (
        select c.id from hit join customer.customer c on c.id = hit.id where \(fragment: all)
        order by c.id \(fragment: order) limit \(raw: String(query.limit)))
      select \(fragment: CustomerStore.columns) from page join customer.customer c on c.id = page.id
      order by c.id \(fragment: order)
      """)
    var page = CustomerListStore.Page()
    page.customers = try rows.map { try CustomerStore.record(of: $0) }
    if page.customers.count == query.limit { page.next = page.customers.last?.id }
    return page
  }
}
