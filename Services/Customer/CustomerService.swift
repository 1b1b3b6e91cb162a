import EventLoop
import Postgres
import Service

/// The customer service as a process: waits for a migrated database, then runs its components.
struct CustomerService: Sendable {
  let settings: CustomerSettings
  let context: ServiceContext
  let loop = EventLoop(name: "customer")
  let pool: PostgresPool

  init(_ settings: CustomerSettings, _ context: ServiceContext) {
    self.settings = settings
    self.context = context
    pool = CustomerDatabase.database.pool(
      url: settings.databaseURL, context: context, connections: settings.databaseConnections, loop: loop)
  }

  func run() async throws {
    let zones = try TimeZoneNames.system()
    let countries = try CountryCodes.system()
    let keys = try TokenKeyBox(file: settings.tokenKeysFile)
    context.log.info(
      "prepared", [.field("tzdata", zones.version), .field("signing_key", keys.signingKey.id)])
    try await waitForMigrations()
    try await context.run(try components(zones: zones, countries: countries, keys: keys))
    await pool.close()
  }

  /// A database that is away is waited for; one that lacks migrations ends the process.
  private func waitForMigrations() async throws {
    var isTold = false
    while true {
      do {
        return try await CustomerDatabase.database.check(pool)
      } catch let error as PostgresError where error.isRetryable {
        if !isTold { context.log.warning("waiting for the database", [.error(error)]) }
        isTold = true
        try await Task.sleep(for: .seconds(1))
      }
    }
  }
}
