public import Postgres

/// Looks through every column of every table for texts, whatever its type: what a dump of the database would show.
public enum DatabaseScan {
  /// - Returns: "schema.table.column: text" for each place where one of the texts stands, whatever its case.
  public static func find(_ texts: [String], on pool: PostgresPool) async throws -> [String] {
    let columns = try await pool.query(
      """
      select c.table_schema, c.table_name, c.column_name, c.data_type
      from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
      where t.table_type = 'BASE TABLE' and c.table_schema not in ('pg_catalog', 'information_schema')
      order by 1, 2, c.ordinal_position
      """
    ).map { try $0.decode(String.self, String.self, String.self, String.self) }
    var found: [String] = []
    for (schema, table, column, type) in columns {
      let value = type == "bytea" ? "encode(\"\(column)\", 'escape')" : "\"\(column)\"::text"
      let rows = try await pool.query(
        """
        select wanted.trace from unnest(\(texts)::text[]) wanted (trace)
        where exists (
          select from "\(raw: schema)"."\(raw: table)" where position(lower(wanted.trace) in lower(\(raw: value))) > 0)
        """)
      found += try rows.map { "\(schema).\(table).\(column): \(try $0[0, as: String.self])" }
    }
    return found
  }
}
