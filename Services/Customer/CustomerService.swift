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
    try await CustomerDatabase.database.check(pool, log: context.log)
    try await context.run(try components(zones: zones, countries: countries, keys: keys))
    await pool.close()
  }
}
