import Foundation
import Messaging
import Postgres
import Testing

/// What every service's database sessions have.
struct SessionSettingsTests {
  /// A process that stands still in the middle of a transaction, or whose machine is gone, holds its rows no longer.
  @Test func whoStandsStillHoldsNothingForLong() async throws {
    let url = try #require(
      ProcessInfo.processInfo.environment["MAILOUT_TEST_DATABASE_URL"], "Run the integration tests by `make test`.")
    var configuration = PostgresConfiguration(
      url: url, applicationName: "settings", maxConnections: 1, connectTimeout: .seconds(60),
      acquireTimeout: .seconds(120))
    configuration.sessionSettings = Database.sessionSettings
    let pool = PostgresPool(configuration: configuration)
    let row = try await pool.query(
      """
      select current_setting('idle_in_transaction_session_timeout'), current_setting('tcp_keepalives_idle'),
        current_setting('tcp_keepalives_interval'), current_setting('tcp_keepalives_count')
      """
    ).first
    #expect(try (0..<4).map { try row?[$0, as: String.self] } == ["20s", "10", "5", "2"])
    await pool.close()
  }
}
