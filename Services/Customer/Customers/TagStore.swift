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
      try await takeOver(names: missing, on: connection)
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

  /// A select of one column, the ids of the tags of these names; a former name still finds its tag.
  static func selecting(_ names: [String]) -> SQL {
    """
    select id from customer.tag where name = any(\(names)::text[])
    union select tag_id from customer.tag_former_name where name = any(\(names)::text[])
    """
  }

  /// New tags have these names: who had them formerly has them no more.
  func takeOver(names: [String], on connection: PostgresConnection) async throws {
    try await connection.query("delete from customer.tag_former_name where name = any(\(names)::text[])")
  }

  /// The tag was called `former` until now.
  func keepFormer(_ former: String, of tag: NamedRecord, on connection: PostgresConnection) async throws {
    try await takeOver(names: [tag.name], on: connection)
    try await connection.query(
      """
      insert into customer.tag_former_name (name, tag_id) values (\(former), \(tag.id))
      on conflict (name) do update set tag_id = excluded.tag_id
      """)
  }
}
