import Foundation
import Messaging
import Postgres
import Testing

/// A database of a test's own on the real server, with the schema of one service; dropped when the body ends.
enum ScratchDatabase {
  /// Patient: every suite runs at once, and how long the server takes is not what these tests are about.
  /// - Parameter patience: the longest that a statement may take.
  static func with<R: Sendable>(
    _ database: Database, patience: Duration = .seconds(600), _ body: @Sendable (PostgresPool) async throws -> R
  ) async throws -> R {
    let url = try #require(
      ProcessInfo.processInfo.environment["MAILOUT_TEST_DATABASE_URL"], "Run the integration tests by `make test`.")
    let name = "scratch_\(UInt64.random(in: 0 ... .max))"
    let server = PostgresPool(
      configuration: PostgresConfiguration(
        url: url, applicationName: "scratch", maxConnections: 1, statementTimeout: .zero, connectTimeout: .seconds(60),
        acquireTimeout: .seconds(120)))
    try await server.query("create database \(raw: name)")
    let pool = PostgresPool(
      configuration: PostgresConfiguration(
        url: replacingDatabase(in: url, by: name), applicationName: "scratch", maxConnections: 8,
        statementTimeout: patience, connectTimeout: .seconds(60), acquireTimeout: .seconds(120)))
    let result: Result<R, any Error>
    do {
      _ = try await Migrator(schema: database.schema).run(database.migrations, on: pool)
      result = .success(try await body(pool))
    } catch {
      result = .failure(error)
    }
    await pool.close()
    try await server.query("drop database \(raw: name) with (force)")
    await server.close()
    return try result.get()
  }

  /// postgres://user:password@host:port/name?parameters
  private static func replacingDatabase(in url: String, by name: String) -> String {
    let parts = url.split(separator: "?", maxSplits: 1)
    let base = parts[0]
    let start = base.range(of: "://").map { $0.upperBound } ?? base.startIndex
    let end = base[start...].firstIndex(of: "/") ?? base.endIndex
    return String(base[..<end]) + "/" + name + (parts.count > 1 ? "?" + parts[1] : "")
  }
}
