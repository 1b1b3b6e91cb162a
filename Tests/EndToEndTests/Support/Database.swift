import Postgres

/// The stack's whole database, for what no service tells.
enum Database {
  static func ask<Value>(_ body: (PostgresPool) async throws -> Value) async throws -> Value {
    let url = try await Stack.shared().value("MAILOUT_TEST_DATABASE_URL")
    let pool = PostgresPool(
      configuration: PostgresConfiguration(
        url: url, applicationName: "mailout-tests", maxConnections: 1, statementTimeout: .seconds(300),
        connectTimeout: .seconds(300), acquireTimeout: .seconds(300)))
    let found: Value
    do {
      found = try await body(pool)
    } catch {
      await pool.close()
      throw error
    }
    await pool.close()
    return found
  }
}
