import Messaging
import Postgres
import Testing

@testable import Customer

@Suite struct CustomerMigrationTests {
  @Test func aDatabaseWithoutMigrationsIsRefused() async throws {
    try await CustomerFixture.withDatabase { pool async throws in
      await #expect(throws: DatabaseError.self) { try await CustomerDatabase.database.check(pool) }
      let migrator = Migrator(schema: CustomerDatabase.schema)
      #expect(try await migrator.run(CustomerDatabase.database.migrations, on: pool) == ["0001_start"])
      try await CustomerDatabase.database.check(pool)
      #expect(try await migrator.run(CustomerDatabase.database.migrations, on: pool) == [])
    }
  }
}
