import Postgres
import Testing

@testable import Customer

/// Whoever adds a table with rows of customers names it in `PersonalTable.all`, or this fails.
struct PersonalTableTests {
  @Test func everyTableWithRowsOfACustomerIsInTheList() async throws {
    try await CustomerFixture.with { fixture in
      let columns = try await fixture.pool.query(
        """
        select table_name, column_name from information_schema.columns
        where table_schema = 'customer' and column_name = 'customer_id'
        union
        select k.conrelid::regclass::text, a.attname
        from pg_constraint k join pg_attribute a on a.attrelid = k.conrelid and a.attnum = any(k.conkey)
        where k.contype = 'f' and k.confrelid = 'customer.customer'::regclass
        """
      ).map { row in
        let (table, column) = try row.decode(String.self, String.self)
        return "\(table.split(separator: ".").last ?? "").\(column)"
      }
      let listed = Set(PersonalTable.all.map { "\($0.name).\($0.column)" })
      #expect(!columns.isEmpty)
      #expect(Set(columns).subtracting(listed) == [], "add these to PersonalTable.all")
    }
  }

  /// The list's tables and columns are there, and what has a secret's name is not shown.
  @Test func theListIsOfThisSchemaAndShowsNoSecrets() async throws {
    try await CustomerFixture.with { fixture in
      for table in PersonalTable.all {
        let columns = try await fixture.pool.query(
          """
          select column_name, data_type from information_schema.columns
          where table_schema = 'customer' and table_name = \(table.name)
          """
        ).map { try $0.decode(String.self, String.self) }
        #expect(columns.map(\.0).contains(table.column), "\(table.name).\(table.column)")
        // When a password was set is none.
        let secrets = columns.filter { !$1.hasPrefix("timestamp") }.map(\.0).filter { name in
          ["password", "secret", "digest", "hash", "verifier", "nonce"].contains { name.contains($0) }
        }
        guard table.shown != nil else { continue }
        #expect(Set(secrets).subtracting(table.secrets) == [], "\(table.name) would show these")
      }
    }
  }
}
