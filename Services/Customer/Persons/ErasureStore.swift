import Contracts
import FoundationEssentials
import Postgres

/// Erasures and their parts in the database.
struct ErasureStore: Sendable {
  /// A part that is to be done now.
  struct Due: Sendable {
    var erasureID: Int64
    var service: ServiceName
    var tries: Int
    var order: ErasureOrder
  }

  /// Writes the order down, with its parts; the one that there is already where there is one.
  /// - Parameter isThere: whether there is such a customer. Then one that there is already was of their number alone,
  ///   before they were committed, and is carried out again.
  func insert(
    _ person: Person, isThere: Bool, by principal: String, on connection: PostgresConnection
  ) async throws -> (record: ErasureRecord, isNew: Bool) {
    let made = try await connection.query(
      """
      insert into customer.erasure (customer_id, requested_by, person)
      values (\(person.customerID), \(principal), \(PostgresJSON([UInt8](try JSONEncoder().encode(person)))))
      on conflict (customer_id) do update
        set requested_by = excluded.requested_by, requested_at = now(), person = excluded.person, completed_at = null
        where \(isThere)
      returning id
      """)
    if let row = made.first {
      let id = try row[0, as: Int64.self]
      try await connection.query(
        """
        insert into customer.erasure_part (erasure_id, service)
        select \(id), s from unnest(\(ErasureRecord.services.map(\.rawValue))::text[]) s
        on conflict (erasure_id, service) do update set due_at = now(), tries = 0, done_at = null, detail = null
        """)
    }
    guard let record = try await find("e.customer_id = \(person.customerID)", on: connection) else {
      throw CustomerError(.invalid, "an erasure that was written is not there")
    }
    return (record, !made.isEmpty)
  }

  func find(id: Int64, on connection: PostgresConnection) async throws -> ErasureRecord? {
    try await find("e.id = \(id)", on: connection)
  }

  func find(customerID: Int64, on connection: PostgresConnection) async throws -> ErasureRecord? {
    try await find("e.customer_id = \(customerID)", on: connection)
  }

  private func find(_ condition: SQL, on connection: PostgresConnection) async throws -> ErasureRecord? {
    try await connection.query("select \(fragment: Self.columns) from customer.erasure e where \(fragment: condition)")
      .first.map(Self.record)
  }

  func records(of query: ErasureQuery, on pool: PostgresPool) async throws -> [ErasureRecord] {
    var conditions: [SQL] = [query.page.condition("e.id")]
    if let id = query.customerID { conditions.append("e.customer_id = \(id)") }
    if let isComplete = query.isComplete { conditions.append("(e.completed_at is not null) = \(isComplete)") }
    return try await pool.query(
      """
      select \(fragment: Self.columns) from customer.erasure e where \(fragment: SQL.join(conditions, separator: " and "))
      \(fragment: query.page.ordering("e.id"))
      """
    ).map(Self.record)
  }

  /// Takes parts that are due, for a while: who takes one and dies leaves it to the others. Statistics are the last of an
  /// erasure: until then the others tell them of the person, and bury what they cannot read.
  func take(limit: Int, lease: Duration, on pool: PostgresPool) async throws -> [Due] {
    try await pool.query(
      """
      update customer.erasure_part p
      set tries = p.tries + 1, due_at = now() + \(lease.components.seconds) * interval '1 second'
      from (
        select d.erasure_id, d.service from customer.erasure_part d
        where d.done_at is null and d.due_at <= now() and (d.service <> \(ServiceName.stats.rawValue) or not exists (
          select from customer.erasure_part o
          where o.erasure_id = d.erasure_id and o.service <> d.service and o.done_at is null))
        order by d.due_at limit \(Int64(limit)) for update skip locked
      ) due join customer.erasure e on e.id = due.erasure_id
      where p.erasure_id = due.erasure_id and p.service = due.service
      returning p.erasure_id, p.service, p.tries, e.person, e.requested_at
      """
    ).compactMap { row in
      guard let service = ServiceName(rawValue: try row[1, as: String.self]),
        let person = try row[3, as: PostgresJSON?.self]
      else { return nil }
      return Due(
        erasureID: try row[0, as: Int64.self], service: service, tries: Int(try row[2, as: Int32.self]),
        order: ErasureOrder(
          person: try JSONDecoder().decode(Person.self, from: Data(person.bytes)),
          orderedAt: Timestamp.microseconds(try row[4, as: Date.self]), erasureID: try row[0, as: Int64.self]))
    }
  }

  /// Writes down what a service has done. With the last part the person is forgotten here too.
  /// - Parameter complete: where the erasure is complete by this, called in the same transaction.
  /// - Returns: whether it is.
  func record(
    _ report: ErasureReport, of part: Due, again pause: Duration, on pool: PostgresPool,
    complete: @escaping @Sendable (PostgresConnection) async throws -> Void
  ) async throws -> Bool {
    try await pool.withTransaction { connection in
      // The parts of one erasure end one after the other: the last one sees all others.
      try await connection.query("select from customer.erasure where id = \(part.erasureID) for update")
      let erased = PostgresJSON([UInt8](try JSONEncoder().encode(report.erased)))
      try await connection.query(
        """
        update customer.erasure_part set
          done_at = case when \(report.isDone) then now() end, detail = \(Self.detail(report) as String?),
          due_at = now() + \(pause.microseconds) * interval '1 microsecond',
          erased = (
            select coalesce(jsonb_object_agg(key, n), '{}') from (
              select key, sum(value::bigint) n from (
                select * from jsonb_each_text(erased) union all select * from jsonb_each_text(\(erased))) each
              group by key) sums)
        where erasure_id = \(part.erasureID) and service = \(part.service.rawValue) and done_at is null
        """)
      let isComplete =
        try await connection.query(
          """
          update customer.erasure set completed_at = now(), person = null
          where id = \(part.erasureID) and completed_at is null and not exists (
            select from customer.erasure_part where erasure_id = \(part.erasureID) and done_at is null)
          """
        ).affected == 1
      if isComplete { try await complete(connection) }
      return isComplete
    }
  }

  /// A service has not answered: it is asked again.
  func postpone(_ part: Due, _ detail: String, by pause: Duration, on pool: PostgresPool) async throws {
    try await pool.query(
      """
      update customer.erasure_part
      set detail = \(detail), due_at = now() + \(pause.microseconds) * interval '1 microsecond'
      where erasure_id = \(part.erasureID) and service = \(part.service.rawValue) and done_at is null
      """)
  }

  private static func detail(_ report: ErasureReport) -> String? {
    guard !report.isDone else { return nil }
    let left = report.left.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    return "still on its way: \(left)"
  }

  private static let columns: SQL = """
    e.id, e.customer_id, e.requested_by, e.requested_at, e.completed_at,
    (select jsonb_agg(jsonb_build_array(
        p.service, p.tries, (extract(epoch from p.done_at) * 1000000)::bigint, p.detail, p.erased) order by p.service)
      from customer.erasure_part p where p.erasure_id = e.id)::text
    """

  private static func record(_ row: PostgresRow) throws -> ErasureRecord {
    var parts: [ErasureRecord.Part] = []
    if let text = try row[5, as: String?.self], case .array(let items) = try JSON.parse(Array(text.utf8)) {
      for case .array(let members) in items where members.count == 5 {
        guard case .string(let name) = members[0], let service = ServiceName(rawValue: name),
          case .integer(let tries) = members[1]
        else { continue }
        var part = ErasureRecord.Part(service: service, tries: Int(tries), erased: members[4])
        if case .integer(let at) = members[2] { part.doneAt = Timestamp.date(microseconds: at) }
        if case .string(let detail) = members[3] { part.detail = detail }
        parts.append(part)
      }
    }
    return ErasureRecord(
      id: try row[0, as: Int64.self], customerID: try row[1, as: Int64.self], requestedBy: try row[2, as: String.self],
      requestedAt: try row[3, as: Date.self], completedAt: try row[4, as: Date?.self], parts: parts)
  }
}
