import Messaging
import Postgres
import Service
import Testing

@testable import Customer

@Suite struct CustomerMigrationTests {
  @Test func aDatabaseWithoutMigrationsIsRefused() async throws {
    try await CustomerFixture.withDatabase { pool async throws in
      await #expect(throws: DatabaseError.self) {
        try await CustomerDatabase.database.check(pool, log: Log(service: "test", instance: "test", level: .error))
      }
      let migrator = Migrator(schema: CustomerDatabase.schema)
      let migrations = CustomerDatabase.database.migrations
      #expect(!migrations.isEmpty)
      #expect(try await migrator.run(migrations, on: pool) == migrations.map(\.name))
      try await CustomerDatabase.database.check(pool, log: Log(service: "test", instance: "test", level: .error))
      #expect(try await migrator.run(CustomerDatabase.database.migrations, on: pool) == [])
    }
  }
}
