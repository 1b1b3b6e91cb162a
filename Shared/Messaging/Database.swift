public import EventLoop
import FoundationEssentials
internal import Glibc
public import Postgres
public import Service

/// A service's own database schema: its setting, its migrations, its pool.
public struct Database: Sendable {
  public let schema: String
  /// In order; each runs once.
  public let migrations: [Migration]

  /// - Parameter migrations: each with its SQL, as it is built into the service.
  public init(schema: String, migrations: [(name: String, sql: [UInt8])]) {
    self.schema = schema
    self.migrations = migrations.map { Migration(name: $0.name, sql: String(decoding: $0.sql, as: UTF8.self)) }
  }

  public static let sessionSettings = [
    // Every statement of ours is made for an index. Without this a plan prepared while a table was nearly empty reads the
    // whole table for as long as nobody analyzes it.
    "enable_seqscan=off",
    // What a process held that stands still in the middle of a transaction, or whose machine is gone without a word, is
    // free for the others soon: longer than a publisher waits for the broker in one (`publishTimeout`).
    "idle_in_transaction_session_timeout=20s", "tcp_keepalives_idle=10", "tcp_keepalives_interval=5",
    "tcp_keepalives_count=2",
  ]
  /// How long the broker may take to confirm what is published within a transaction.
  static let publishTimeout: Duration = .seconds(10)

  /// `MAILOUT_DATABASE_URL`, with the role that owns the schema and nothing else.
  public static func url(from settings: inout Settings) -> Secret {
    settings.secretURL(
      "MAILOUT_DATABASE_URL", schemes: ["postgres", "postgresql"],
      help: "The database, with this service's own role; several hosts are allowed.")
  }

  /// A pool whose connections are logged.
  public func pool(url: Secret, context: ServiceContext, connections: Int, loop: EventLoop? = nil) -> PostgresPool {
    var configuration = PostgresConfiguration(
      url: url.value, applicationName: "mailout-\(context.name)", maxConnections: connections)
    configuration.sessionSettings = Self.sessionSettings
    configuration.onEvent = { [log = context.log] event in
      log.info("database connection", [.field("event", "\(event)")])
    }
    let pool = PostgresPool(configuration: configuration, loop: loop)
    context.readiness.add("database") { try await pool.query("select 1") }
    return pool
  }

  /// Waits for a database that is away, as everything does; refuses to go on with a schema that lacks migrations of this
  /// build.
  public func check(_ pool: PostgresPool, log: Log) async throws {
    var isTold = false
    while true {
      do {
        return try await check(pool)
      } catch let error as PostgresError where error.isRetryable {
        if !isTold { log.warning("waiting for the database", [.error(error)]) }
        isTold = true
        try await Shutdown.sleep(for: .seconds(1))
      }
    }
  }

  private func check(_ pool: PostgresPool) async throws {
    let missing = try await Migrator(schema: schema).pending(migrations, on: pool)
    guard missing.isEmpty else {
      throw DatabaseError(
        description: "the schema \(schema) lacks \(missing.joined(separator: ", ")); run `make migrate` first")
    }
  }

  /// The `migrate` command of a service: runs what is missing, says what it did, and ends the process.
  public func migrate() async -> Never {
    var settings = Settings(ProcessInfo.processInfo.environment)
    let url = Self.url(from: &settings)
    do {
      try settings.finish()
      let pool = PostgresPool(
        configuration: PostgresConfiguration(
          url: url.value, applicationName: "mailout-migrate", maxConnections: 1, statementTimeout: .seconds(600)))
      let ran = try await Migrator(schema: schema).run(migrations, on: pool)
      await pool.close()
      let what = ran.isEmpty ? "up to date" : "ran \(ran.joined(separator: ", "))"
      DescriptorSink.standardOutput.write(Array("\(schema): \(what)\n".utf8))
      exit(0)
    } catch {
      DescriptorSink.standardError.write(Array("\(schema): \(error)\n".utf8))
      exit(1)
    }
  }
}

/// Why a service cannot use its database.
public struct DatabaseError: Error, Sendable, CustomStringConvertible {
  public let description: String
}
