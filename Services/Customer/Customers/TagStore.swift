import Postgres

/// Tags by name.
struct TagStore: Sendable {
  /// The ids of the tags, in the same order; those that do not exist yet are made.
  func ids(of names: [String], on connection: PostgresConnection) async throws -> [Int64] {
    if names.isEmpty { return [] }
    var known = try await find(names, on: connection)
    let missing = TagRules.normalise(names.filter { known[$0] == nil })
    if !missing.isEmpty {
      // In order of name, so that two who make the same tags wait for one another and not both.
      _ = try await connection.query(
        """
        insert into customer.tag (name) select n from unnest(\(missing)::text[]) n order by n
        on conflict (name) do nothing
        """)
      known.merge(try await find(missing, on: connection)) { _, new in new }
    }
    return try names.map { name in
      guard let id = known[name] else { throw CustomerError(.invalid, "the tag \"\(name)\" went away meanwhile") }
      return id
    }
  }

  private func find(_ names: [String], on connection: PostgresConnection) async throws -> [String: Int64] {
    let rows = try await connection.query(
      "select name, id from customer.tag where name = any(\(names)::text[])")
    var ids: [String: Int64] = [:]
    for row in rows { ids[try row[0, as: String.self]] = try row[1, as: Int64.self] }
    return ids
  }

  /// A page of tags by name.
  func list(after: String?, limit: Int, on pool: PostgresPool) async throws -> [(id: Int64, name: String)] {
    let rows = try await pool.query(
      """
      select id, name from customer.tag where name > \(after ?? "") collate "C" order by name limit \(Int64(limit))
      """)
    return try rows.map { (try $0[0, as: Int64.self], try $0[1, as: String.self]) }
  }
}
