import FoundationEssentials
import Postgres
import Testing

/// The test server, as `make test` starts it.
enum PostgresDatabase {
  static func url() throws -> String {
    try #require(
      ProcessInfo.processInfo.environment["MAILOUT_TEST_DATABASE_URL"],
      "MAILOUT_TEST_DATABASE_URL is not set: run the tests with `make test`")
  }

  static func configuration(maxConnections: Int = 4) throws -> PostgresConfiguration {
    // Patient: every suite runs at once, and how long one waits is not what most of them test.
    PostgresConfiguration(
      url: try url(), applicationName: "mailout-tests", maxConnections: maxConnections, statementTimeout: .seconds(600),
      connectTimeout: .seconds(60), acquireTimeout: .seconds(120))
  }

  /// A pool of its own for `body`, closed afterwards.
  static func withPool<R: Sendable>(
    _ configuration: PostgresConfiguration? = nil, _ body: (PostgresPool) async throws -> R
  ) async throws -> R {
    let pool = PostgresPool(configuration: try configuration ?? self.configuration())
    do {
      let result = try await body(pool)
      await pool.close()
      return result
    } catch {
      await pool.close()
      throw error
    }
  }

  /// A pool and an empty schema of a random name, dropped afterwards.
  static func withSchema<R: Sendable>(
    _ configuration: PostgresConfiguration? = nil, _ body: (PostgresPool, String) async throws -> R
  ) async throws -> R {
    let schema = "test_\(UInt64.random(in: 0...UInt64.max))"
    return try await withPool(configuration) { pool in
      try await pool.query("create schema \(raw: schema)")
      do {
        let result = try await body(pool, schema)
        try await pool.query("drop schema \(raw: schema) cascade")
        return result
      } catch {
        try await pool.query("drop schema \(raw: schema) cascade")
        throw error
      }
    }
  }
}
