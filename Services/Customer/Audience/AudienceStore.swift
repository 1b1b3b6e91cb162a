import Contracts
import Postgres

/// Audiences: customers by filter, in pages of the order of id, at a cost that does not grow with the audience.
struct AudienceStore: Sendable {
  let pool: PostgresPool

  static let maxPage = 5000
  static let maxFields = 64

  /// The page as the JSON of `AudiencePage`.
  ///
  /// One index gives the order; customers whom the filter rules out are passed over, as are those without a phone and
  /// those who have opted out. A page may therefore be short.
  func page(_ query: AudiencePageQuery) async throws -> AudienceBytes {
    let source = try await AudienceSource(query, on: pool)
    let scan = Self.rounded(source.condition == nil ? query.limit : min(query.limit * 8, 20_000))
    let candidates = source.candidates(of: query, limit: scan)
    let wanted: SQL =
      source.condition.map { "c.opted_out_at is null and \(fragment: $0)" as SQL } ?? "c.opted_out_at is null"
    let columns: SQL = """
      c.id, case when \(fragment: wanted) then c.phone end, c.timezone, now(), false
      \(fragment: Self.columns(of: query.fields))
      """
    let rows: PostgresRows
    if candidates.source == .all {
      rows = try await pool.query(
        """
        select \(fragment: columns) from customer.customer c
        where c.id > \(query.after) and c.id <= \(query.through) order by c.id limit \(raw: String(scan))
        """)
    } else {
      rows = try await pool.query(
        """
        with candidate as materialized (\(fragment: candidates.sql))
        select \(fragment: columns) from candidate join customer.customer c on c.id = candidate.id order by c.id
        """)
    }
    var writer = AudienceWriter(fields: query.fields)
    var last: Int64 = 0
    var looked = 0
    for row in rows where writer.count < query.limit {
      last = try row[0, as: Int64.self]
      try writer.append(row)
      looked += 1
    }
    let hasMore = looked < rows.count || rows.count == scan
    return writer.finish(next: hasMore ? last : nil)
  }

  /// Customers by id, as they are now, as the JSON of `AudiencePage`; those who have gone, have no phone or have opted out
  /// are left out, the last ones by name.
  func members(_ query: AudienceMembersQuery) async throws -> AudienceBytes {
    let rows = try await pool.query(
      """
      select c.id, case when c.opted_out_at is null then c.phone end, c.timezone, now(), c.opted_out_at is not null
        \(fragment: Self.columns(of: query.fields))
      from customer.customer c where c.id = any(\(query.ids)::bigint[]) order by c.id
      """)
    var writer = AudienceWriter(fields: query.fields)
    for row in rows { try writer.append(row) }
    return writer.finish(next: nil)
  }

  /// The zones in use: one step in the index for each.
  func zones() async throws -> AudienceZones {
    let rows = try await pool.query(
      """
      with recursive zone as (
        (select timezone from customer.customer where timezone is not null order by timezone limit 1)
        union all
        select (
          select c.timezone from customer.customer c
          where c.timezone > zone.timezone and c.timezone is not null order by c.timezone limit 1)
        from zone where zone.timezone is not null
      )
      select timezone from zone where timezone is not null
      """)
    return AudienceZones(timezones: try rows.map { try $0[0, as: String.self] })
  }

  func bounds() async throws -> AudienceBounds {
    let rows = try await pool.query("select coalesce(max(id), 0) from customer.customer")
    return AudienceBounds(highestID: try rows.first.map { try $0[0, as: Int64.self] } ?? 0)
  }

  /// Select list items, a comma before each, for the fields a text needs.
  private static func columns(of fields: [String]) -> SQL {
    fields.reduce("") { (list: SQL, field: String) -> SQL in
      switch field {
      case "first_name", "last_name", "email", "phone", "timezone", "phone_code":
        "\(fragment: list), c.\(raw: field)"
      default: "\(fragment: list), c.attributes ->> \(field)"
      }
    }
  }

  /// A few sizes only, so that few statements are prepared; the limit stands in their text.
  private static func rounded(_ limit: Int) -> Int {
    var size = 64
    while size < limit { size *= 2 }
    return size
  }
}
