import Contracts
import Foundation
import HTTPClient
import HTTPServer
import Postgres
import Service
import Testing

@testable import FakeProvider
@testable import Messaging
@testable import Sender

/// The sender's part for leads on a real database, with fake buyers behind real HTTP.
struct LeadBench: Sendable {
  let pool: PostgresPool
  let handlers: OperationHandlers
  let store: LeadStore
  let circuits: BuyerCircuitTeller
  let buyers: String
  private let client: HTTPClient

  static func with(_ body: @escaping @Sendable (LeadBench) async throws -> Void) async throws {
    var configuration = HTTPServerConfiguration()
    configuration.idleTimeout = .seconds(3600)
    configuration.requestTimeout = .seconds(3600)
    configuration.handlerTimeout = .seconds(3600)
    let fake = HTTPServer(configuration: configuration, handler: FakeAPI())
    try fake.start()
    let running = Task { try await fake.run() }
    let port = fake.port
    let result: Result<Void, any Error>
    do {
      try await ScratchDatabase.with(SenderMain.database) { pool in try await body(LeadBench(pool, port: port)) }
      result = .success(())
    } catch {
      result = .failure(error)
    }
    running.cancel()
    try await running.value
    try result.get()
  }

  private init(_ pool: PostgresPool, port: Int) {
    self.pool = pool
    buyers = "http://127.0.0.1:\(port)"
    client = HTTPClient(configuration: HTTPClientConfiguration(connectTimeout: .seconds(60)))
    let outbox = Outbox(table: "sender.event", service: .sender)
    let log = Log(service: "test", instance: "bench", level: .error)
    let rows = BuyerStore(pool: pool, outbox: outbox)
    let metrics = BuyerMetrics(Metrics())
    let idempotency = IdempotencyStore(schema: "sender")
    store = LeadStore(pool: pool, outbox: outbox, audit: idempotency.audit, leaseSeconds: 3600)
    let lanes = BuyerLanes(metrics: metrics, log: log)
    circuits = BuyerCircuitTeller(lanes: lanes, pool: pool, outbox: outbox, instance: "bench", log: log)
    var handlers = OperationHandlers()
    BuyerHandlers(pool: pool, store: rows, idempotency: idempotency).register(in: &handlers)
    LeadHandlers(
      desk: LeadDesk(buyers: rows, client: Self.patientClient, lanes: lanes, metrics: metrics, log: log),
      store: store, idempotency: idempotency, log: log, patience: .seconds(300)
    ).register(in: &handlers)
    self.handlers = handlers
  }

  /// A buyer whose time no test has set has all it may need on a busy machine.
  private static var patientClient: BuyerClient {
    BuyerClient(connectTimeout: .seconds(60)) { buyer in
      let timeout = buyer.settings.timeout
      return timeout == BuyerSettings().timeout ? .seconds(300) : timeout
    }
  }

  static func request(
    _ operation: Contracts.Operation, _ data: JSON, key: String?, isRedelivered: Bool = false
  ) -> OperationRequest {
    OperationRequest(
      operation: operation, principal: "operator:a", scopes: [], idempotencyKey: key, isRedelivered: isRedelivered,
      data: data)
  }

  func ask(_ operation: Contracts.Operation, _ data: JSON, key: String? = nil) async throws -> OperationReply {
    let (_, handle) = try #require(handlers.find(operation.type))
    return try await handle(Self.request(operation, data, key: key))
  }

  func refusal(_ operation: Contracts.Operation, _ data: JSON, key: String? = nil) async throws -> Problem.Code? {
    do {
      _ = try await ask(operation, data, key: key)
      return nil
    } catch let problem as Problem {
      return problem.code
    }
  }

  /// What comes of a lead, under a key of its own.
  func send(_ lead: JSON, key: String = UUID().uuidString) async throws -> LeadResult {
    try JSONDecoder().decode(LeadResult.self, from: Data(try await ask(.sendLead, lead, key: key).body))
  }

  func status(_ lead: String, mode: String = "send") async throws -> LeadResult {
    let reply = try await ask(.leadStatus, ["lead_id": .string(lead), "mode": .string(mode)])
    return try JSONDecoder().decode(LeadResult.self, from: Data(reply.body))
  }

  /// A buyer at a fake of the same name; takes the leads of one customer.
  @discardableResult
  func buyer(_ name: String, customer: Int64, _ more: [String: JSON] = [:]) async throws -> JSON {
    let address: JSON = [
      "url": .string("\(buyers)/buyers/\(name)"), "username": "mailout", "password": "right-password",
    ]
    let body: [String: JSON] = [
      "name": .string(name), "stages": ["test": address], "routing": ["customer_ids": [.integer(customer)]],
    ]
    let reply = try await ask(.createBuyer, .object(body.merging(more) { $1 }), key: UUID().uuidString)
    return try JSON.parse(reply.body)
  }

  static func lead(_ id: String, customer: Int64, _ told: [String: JSON] = [:]) -> JSON {
    let fields = told.merging(["Email_Titulaire": .string("\(id)@example.com")]) { first, _ in first }
    return [
      "lead_id": .string(id), "customer_id": .integer(customer),
      "customer_fields_mapping": .object(
        fields.mapValues { $0 }.reduce(into: [:]) {
          $0["ref_\($1.key)"] = ["customer_key": .string($1.key), "customer_value": $1.value]
        }),
    ]
  }

  func behave(_ name: String, _ behaviour: String) async throws {
    let answer = try await client.send(
      HTTPClientRequest(
        method: .put, url: "\(buyers)/fake/buyers/\(name)", body: Array(behaviour.utf8), timeout: .seconds(300)))
    try #require(answer.status == 200)
  }

  /// What the fake buyer has seen.
  func seen(_ name: String) async throws -> JSON {
    let request = HTTPClientRequest(url: "\(buyers)/fake/buyers/\(name)", timeout: .seconds(300))
    return try JSON.parse(try await client.send(request).body)
  }

  /// Waits until the fake buyer has so many leads.
  func calls(_ name: String, reach count: Int64) async throws {
    try await until { try await seen(name)["calls"] == .integer(count) }
  }
}
