import Contracts
import FoundationEssentials
import Postgres
import Security
import Service
import Testing

@testable import Customer
@testable import Messaging

/// The customer service's handlers on a database of their own, without a broker.
struct CustomerFixture: Sendable {
  let pool: PostgresPool
  let handlers: OperationHandlers
  let keys: TokenKeyBox

  /// Makes the database, runs `body`, drops the database.
  static func with(
    openID: OpenIDProvider? = nil, mailbox: ResetMailbox? = nil, operations: any OperationCalling = NoOperations(),
    _ body: (CustomerFixture) async throws -> Void
  ) async throws {
    try await withDatabase { pool async throws in
      _ = try await Migrator(schema: CustomerDatabase.schema).run(CustomerDatabase.database.migrations, on: pool)
      try await body(try CustomerFixture(pool: pool, openID: openID, mailbox: mailbox, operations: operations))
    }
  }

  static let consent = Consent(events: Outbox(table: "customer.event", service: .customer))

  private init(
    pool: PostgresPool, openID: OpenIDProvider?, mailbox: ResetMailbox?, operations: any OperationCalling
  ) throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "mailout-keys-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try TokenKeys.generate(file: path)
    keys = try TokenKeyBox(file: path)
    self.pool = pool
    let zones = try TimeZoneNames.system()
    handlers = CustomerService.handlers(
      pool: pool, zones: zones, countries: try CountryCodes.system(),
      inUse: CustomerNames(zones: zones, pool: pool), keys: keys,
      outbox: Outbox(table: "customer.event", service: .customer), consent: Self.consent,
      operations: operations,
      metrics: CustomerMetrics(Metrics()), log: Log(service: "customer", instance: "test", level: .error),
      openID: openID, mailbox: mailbox,
      passwordCost: .minimum)
  }

  /// A new, empty database with the schema, as the platform's administrator makes it.
  static func withDatabase(_ body: (PostgresPool) async throws -> Void) async throws {
    let url = try PostgresDatabase.url()
    let name = "customer_\(UUID().uuidString.lowercased().prefix(13).replacing("-", with: "_"))"
    let admin = pool(url, connections: 1, patience: .zero)
    try await admin.query("create database \(raw: name)")
    let pool = pool(try replacingDatabase(in: url, by: name), connections: 8)
    do {
      try await pool.query("create schema customer")
      try await body(pool)
    } catch {
      await pool.close()
      _ = try? await admin.query("drop database \(raw: name) with (force)")
      await admin.close()
      throw error
    }
    await pool.close()
    try await admin.query("drop database \(raw: name) with (force)")
    await admin.close()
  }

  /// What the service answers to the operation.
  func call(
    _ operation: Operation, _ data: JSON, key: String? = nil, principal: String = "operator:test",
    scopes: Set<String> = Set(Scope.all), origin: String? = nil, isRedelivered: Bool = false
  ) async throws -> OperationReply {
    let (_, handle) = try #require(handlers.find(operation.type))
    return try await handle(
      OperationRequest(
        operation: operation, principal: principal, scopes: scopes, idempotencyKey: key, origin: origin,
        isRedelivered: isRedelivered, data: data))
  }

  /// The answer's JSON.
  func json(_ operation: Operation, _ data: JSON, key: String? = nil) async throws -> JSON {
    try JSON.parse(try await call(operation, data, key: key).body)
  }

  /// The code of the problem that the operation is refused with.
  func refusal(_ operation: Operation, _ data: JSON) async throws -> Problem.Code? {
    do {
      _ = try await call(operation, data)
      return nil
    } catch let problem as Problem {
      return problem.code
    }
  }

  /// One number from the database.
  func count(_ sql: SQL) async throws -> Int64 {
    try #require(try await pool.query(sql).first)[0, as: Int64.self]
  }

  /// - Parameter patience: the longest that a statement may take; zero for ever.
  private static func pool(_ url: String, connections: Int, patience: Duration = .seconds(600)) -> PostgresPool {
    PostgresPool(
      configuration: PostgresConfiguration(
        url: url, applicationName: "customer tests", maxConnections: connections, statementTimeout: patience,
        connectTimeout: .seconds(60), acquireTimeout: .seconds(120)))
  }

  /// `postgresql://user@host:port/<name>?…`
  private static func replacingDatabase(in url: String, by name: String) throws -> String {
    let authority = try #require(url.firstRange(of: "://")).upperBound
    let query = url[authority...].firstIndex(of: "?") ?? url.endIndex
    let path = url[authority..<query].firstIndex(of: "/") ?? query
    return "\(url[..<path])/\(name)\(url[query...])"
  }
}
