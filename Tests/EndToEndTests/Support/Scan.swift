import Postgres
import TestSupport

/// The stack's whole database, every schema: what a dump of it would show.
enum Scan {
  /// - Returns: "schema.table.column: text" for each place where one of the texts stands, whatever its case.
  static func find(_ texts: [String]) async throws -> [String] {
    let url = try await Stack.shared().value("MAILOUT_TEST_DATABASE_URL")
    let pool = PostgresPool(
      configuration: PostgresConfiguration(url: url, applicationName: "mailout-tests", maxConnections: 1))
    let found: [String]
    do {
      found = try await DatabaseScan.find(texts, on: pool)
    } catch {
      await pool.close()
      throw error
    }
    await pool.close()
    return found
  }
}
