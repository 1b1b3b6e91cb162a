import Contracts
import Postgres

/// How many an audience has: the one query about audiences whose cost grows with them.
///
/// Nearly everybody can be written to. So those whom the filter selects are counted in the index that serves it, without
/// looking at one of them, and those of them are taken off who cannot be: they have an index of their own.
struct AudienceCountStore: Sendable {
  let pool: PostgresPool

  func count(_ query: AudienceCountQuery) async throws -> AudienceCount {
    let filter = query.filter
    // Ids instead of names: for them the planner knows how many customers there are.
    let tags =
      filter.tags.isEmpty
      ? nil : try await pool.query(TagStore.selecting(filter.tags)).map { try $0[0, as: Int64.self] }
    let through = query.through ?? .max
    let conditions = Self.conditions(filter, tags, through)
    let rows = try await pool.query(
      """
      select selected.n - excluded.unreachable - excluded.opted_out, excluded.unreachable, excluded.opted_out,
        (select coalesce(max(id), 0) from customer.customer)
      from (\(fragment: Self.selected(by: filter, tags, conditions, through))) selected (n), (
        select count(*) filter (where c.opted_out_at is null) as unreachable, count(c.opted_out_at) as opted_out
        from customer.customer c
        where (c.phone is null or c.opted_out_at is not null) and \(fragment: conditions)) excluded
      """)
    guard let row = rows.first else { throw CustomerError(.invalid, "a count returned no row") }
    return AudienceCount(
      count: try row[0, as: Int64.self], unreachable: try row[1, as: Int64.self],
      optedOut: try row[2, as: Int64.self], highestID: try row[3, as: Int64.self])
  }

  /// Counts whom the filter selects: of tags alone in the index of tags.
  private static func selected(
    by filter: AudienceFilter, _ tags: [Int64]?, _ conditions: SQL, _ through: Int64
  ) -> SQL {
    guard let tags, filter == AudienceFilter(tags: filter.tags) else {
      return "select count(*) from customer.customer c where \(fragment: conditions)"
    }
    let counted: SQL = tags.count == 1 ? "count(*)" : "count(distinct ct.customer_id)"
    return """
      select \(fragment: counted) from customer.customer_tag ct
      where ct.tag_id = any(\(tags)::bigint[]) and ct.customer_id <= \(through)
      """
  }

  /// What the filter asks of a customer `c`.
  private static func conditions(_ filter: AudienceFilter, _ tags: [Int64]?, _ through: Int64) -> SQL {
    var conditions: [SQL] = ["c.id <= \(through)"]
    if !filter.phoneCodes.isEmpty { conditions.append(AudienceConditions.phoneCodes(filter.phoneCodes)) }
    if let tags {
      conditions.append(
        """
        c.id in (select ct.customer_id from customer.customer_tag ct where ct.tag_id = any(\(tags)::bigint[]))
        """)
    }
    if !filter.newsletters.isEmpty {
      conditions.append(
        """
        c.id in (
          select s.customer_id from customer.subscription s
          where s.list = 'newsletters' and s.name = any(\(filter.newsletters)::text[]) and s.is_subscribed)
        """)
    }
    for (expression, codes) in [
      (AudienceConditions.country, filter.countries), (AudienceConditions.language, filter.languages),
    ] where !codes.isEmpty {
      conditions.append(
        """
        c.id in (
          select g.customer_id from customer.contact_group_value g
          where g.group_name = 'email' and \(raw: expression) = any(\(AudienceConditions.folded(codes))::text[]))
        """)
    }
    return SQL.join(conditions, separator: " and ")
  }
}
