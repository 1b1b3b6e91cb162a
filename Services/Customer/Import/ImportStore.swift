import Postgres

/// Puts a chunk of imported customers in, all rows by a few statements.
struct ImportStore: Sendable {
  struct Written: Sendable {
    /// Ids.
    var created: [Int64] = []
    var updated: [Int64] = []
    /// Whose consent has changed, and the revision by that.
    var optedOut: [(id: Int64, revision: Int64)] = []
    var optedIn: [(id: Int64, revision: Int64)] = []
    /// The keys of the rows that were left out: their customers would have too many attributes.
    var overfull: Set<String> = []
  }

  /// Email-only rows are found by address, which no constraint keeps unique: one import at a time may do so.
  private static let emailLock: Int64 = 0x6d61_696c_6f75_7401

  /// Upserts the rows in one transaction's statements and counts them.
  ///
  /// A row with a phone is the customer who has that phone. One without is the first customer without a phone who has
  /// that e-mail address. Otherwise it is a new customer.
  /// - Parameter tagIDs: the id of every tag of the rows.
  func write(
    _ rows: [ImportRow], tagIDs: [String: Int64], on connection: PostgresConnection
  ) async throws -> Written {
    var written = Written()
    let phones = rows.filter { $0.phone != nil }
    let emails = rows.filter { $0.phone == nil }
    var placed: [(row: ImportRow, id: Int64, isNew: Bool)] = []
    if !phones.isEmpty { placed += try await upsert(phones, on: connection) }
    if !emails.isEmpty { placed += try await upsertByEmail(emails, on: connection) }
    for place in placed {
      if place.isNew { written.created.append(place.id) } else { written.updated.append(place.id) }
    }
    if placed.count < rows.count {
      written.overfull = Set(rows.map(\.key)).subtracting(placed.map { $0.row.key })
    }
    try await link(placed, tagIDs, on: connection)
    try await consent(placed, &written, on: connection)
    return written
  }

  private func upsert(
    _ rows: [ImportRow], on connection: PostgresConnection
  ) async throws -> [(row: ImportRow, id: Int64, isNew: Bool)] {
    // In the order of the phones, so that two imports of the same customers wait for one another and not both.
    // A code that was only derived must not overwrite one that was given.
    let code: SQL =
      rows.contains { $0.phoneCode != nil } ? "coalesce(excluded.phone_code, c.phone_code)" : "c.phone_code"
    let result = try await connection.query(
      """
      insert into customer.customer as c (phone, phone_code, timezone, email, first_name, last_name, attributes)
      select phone, code, zone, email, first, last, coalesce(attributes::jsonb, '{}')
      from unnest(\(rows.map { $0.phone?.digits })::text[], \(rows.map(\.effectiveCode))::text[],
        \(rows.map(\.timezone))::text[], \(rows.map { $0.email?.text })::text[],
        \(rows.map(\.firstName))::text[], \(rows.map(\.lastName))::text[], \(rows.map(Self.attributes))::text[])
        as i (phone, code, zone, email, first, last, attributes)
      order by phone collate "C"
      on conflict (phone) do update set
        phone_code = \(fragment: code),
        timezone = coalesce(excluded.timezone, c.timezone),
        email = coalesce(excluded.email, c.email),
        first_name = coalesce(excluded.first_name, c.first_name),
        last_name = coalesce(excluded.last_name, c.last_name),
        attributes = c.attributes || excluded.attributes,
        revision = c.revision + 1, updated_at = now()
      where excluded.attributes = '{}' or \(fragment: Self.fits("c.attributes", "excluded.attributes"))
      returning c.phone, c.id, c.xmax = 0
      """)
    // Nobody has locked or replaced a row that this statement has made: its xmax is 0.
    return try match(result, rows)
  }

  private func upsertByEmail(
    _ rows: [ImportRow], on connection: PostgresConnection
  ) async throws -> [(row: ImportRow, id: Int64, isNew: Bool)] {
    _ = try await connection.query("select pg_advisory_xact_lock(\(Self.emailLock))")
    let result = try await connection.query(
      """
      with i as materialized (
        select i.*, (
          select min(c.id) from customer.customer c
          where lower(c.email collate "C") = i.key and c.email is not null and c.phone is null) as id
        from unnest(\(rows.map(\.key))::text[], \(rows.map { $0.email?.text })::text[],
          \(rows.map(\.phoneCode))::text[], \(rows.map(\.timezone))::text[], \(rows.map(\.firstName))::text[],
          \(rows.map(\.lastName))::text[], \(rows.map(Self.attributes))::text[])
          as i (key, email, code, zone, first, last, attributes)),
      overfull as materialized (
        select i.key from i join customer.customer c on c.id = i.id
        where i.attributes is not null and not \(fragment: Self.fits("c.attributes", "i.attributes::jsonb"))),
      changed as (
        update customer.customer c set
          phone_code = coalesce(i.code, c.phone_code),
          timezone = coalesce(i.zone, c.timezone),
          email = i.email,
          first_name = coalesce(i.first, c.first_name),
          last_name = coalesce(i.last, c.last_name),
          attributes = c.attributes || coalesce(i.attributes::jsonb, '{}'),
          revision = c.revision + 1, updated_at = now()
        from i where i.id = c.id and i.key not in (select key from overfull)
        returning i.key, c.id),
      made as (
        insert into customer.customer (phone_code, timezone, email, first_name, last_name, attributes)
        select code, zone, email, first, last, coalesce(attributes::jsonb, '{}') from i where i.id is null
        returning email, id)
      select key, id, false from changed
      union all select lower(email collate "C"), id, true from made
      union all select key, null::bigint, false from overfull
      """)
    // Whoever was deleted at this moment is neither.
    guard result.count == rows.count else {
      throw CustomerError(.invalid, "\(result.count) of \(rows.count) imported rows came back")
    }
    return try match(result, rows)
  }

  /// The rows with the ids they have got; those that were left out have none.
  private func match(
    _ result: PostgresRows, _ rows: [ImportRow]
  ) throws -> [(row: ImportRow, id: Int64, isNew: Bool)] {
    var places: [String: ImportRow] = [:]
    places.reserveCapacity(rows.count)
    for row in rows { places[row.key] = row }
    return try result.compactMap { line in
      guard let row = places[try line[0, as: String.self]] else {
        throw CustomerError(.invalid, "a customer came back who was not imported")
      }
      guard let id = try line[1, as: Int64?.self] else { return nil }
      return (row, id, try line[2, as: Bool.self])
    }
  }

  /// Writes what rows say of consent, where it is something new.
  private func consent(
    _ placed: [(row: ImportRow, id: Int64, isNew: Bool)], _ written: inout Written, on connection: PostgresConnection
  ) async throws {
    let wishes = placed.filter { $0.row.optedOut != nil && !($0.isNew && $0.row.optedOut == false) }
    if wishes.isEmpty { return }
    let changed = try await connection.query(
      """
      update customer.customer c set opted_out_at = case when w.is_out then now() end
      from unnest(\(wishes.map(\.id))::bigint[], \(wishes.map { $0.row.optedOut ?? false })::boolean[]) w (id, is_out)
      where c.id = w.id and (c.opted_out_at is not null) <> w.is_out
      returning c.id, c.revision, w.is_out
      """)
    for row in changed {
      let customer = (try row[0, as: Int64.self], try row[1, as: Int64.self])
      if try row[2, as: Bool.self] { written.optedOut.append(customer) } else { written.optedIn.append(customer) }
    }
  }

  /// Gives the customers their tags: those of a row that names any are replaced.
  private func link(
    _ placed: [(row: ImportRow, id: Int64, isNew: Bool)], _ tagIDs: [String: Int64],
    on connection: PostgresConnection
  ) async throws {
    var links: [(tag: Int64, customer: Int64)] = []
    for place in placed {
      for tag in place.row.tags ?? [] {
        guard let id = tagIDs[tag] else { throw CustomerError(.invalid, "the tag \"\(tag)\" has no id") }
        links.append((id, place.id))
      }
    }
    links.sort { ($0.tag, $0.customer) < ($1.tag, $1.customer) }
    let (tags, customers) = (links.map(\.tag), links.map(\.customer))
    let replaced = placed.filter { !$0.isNew && $0.row.tags != nil }.map(\.id)
    if !replaced.isEmpty {
      _ = try await connection.query(
        """
        delete from customer.customer_tag ct where ct.customer_id = any(\(replaced)::bigint[])
          and not exists (
            select from unnest(\(tags)::bigint[], \(customers)::bigint[]) l (tag_id, customer_id)
            where l.tag_id = ct.tag_id and l.customer_id = ct.customer_id)
        """)
    }
    if !links.isEmpty {
      _ = try await connection.query(
        """
        with tag as materialized (
          select id from customer.tag where id = any(\(Array(Set(tags)))::bigint[]) order by id for key share)
        insert into customer.customer_tag (tag_id, customer_id)
        select tag_id, customer_id from unnest(\(tags)::bigint[], \(customers)::bigint[]) l (tag_id, customer_id)
        where tag_id in (select id from tag)
        on conflict do nothing
        """)
    }
  }
}
