import Contracts
import FoundationEssentials
import HTTPClient
import HTTPServer
import Security
import Service
import Testing

@testable import Customer
@testable import Gateway
@testable import Messaging

/// The contact interface as programs see it: the gateway's HTTP before the customer service on a real database, without a
/// broker between them.
struct ContactDesk: Sendable {
  let fixture: CustomerFixture
  let metrics: Metrics
  private let client: HTTPClient
  private let port: Int

  struct Answer: Sendable {
    let status: Int
    let headers: HTTPClientHeaders
    let body: [UInt8]

    var json: JSON { (try? JSON.parse(body)) ?? .null }
    var text: String { String(decoding: body, as: UTF8.self) }
  }

  /// Runs both for as long as `body` takes.
  static func with(_ body: @Sendable (ContactDesk) async throws -> Void) async throws {
    try await CustomerFixture.with { fixture async throws in
      var settings = GatewaySettings()
      settings.port = 0
      let (metrics, operations) = (Metrics(), HandlerCalls(handlers: fixture.handlers))
      let readiness = Readiness(stop: ShutdownSignal())
      let server = Gateway.build(
        settings: settings, operations: operations,
        keys: KeyRing(operations: operations, rules: Gateway.tokenRules), readiness: readiness,
        log: Log(service: "gateway", instance: "test", level: .error), metrics: metrics, patience: .seconds(3600)
      ) {
        $0.idleTimeout = .seconds(3600)
        $0.requestTimeout = .seconds(3600)
      }
      try server.start()
      let running = Task { try await server.run() }
      let client = HTTPClient(configuration: HTTPClientConfiguration(connectTimeout: .seconds(60)))
      let desk = ContactDesk(fixture: fixture, metrics: metrics, client: client, port: server.port)
      do {
        try await body(desk)
      } catch {
        await desk.client.shutdown()
        running.cancel()
        try? await running.value
        throw error
      }
      await desk.client.shutdown()
      running.cancel()
      try await running.value
    }
  }

  /// Sends a request as one who may read and write contacts, and define groups.
  func send(
    _ method: String, _ path: String, _ body: JSON? = nil, raw: String? = nil, type: String? = "application/json",
    token: String?? = .some(nil), headers: [(String, String)] = []
  ) async throws -> Answer {
    var fields = headers
    if let token { fields.append(("Authorization", "Bearer \(try token ?? self.token())")) }
    let bytes = raw.map { Array($0.utf8) } ?? body?.bytes ?? []
    if let type, !bytes.isEmpty { fields.append(("Content-Type", type)) }
    let response = try await client.send(
      HTTPClientRequest(
        method: .init(rawValue: method), url: "http://127.0.0.1:\(port)\(path)", headers: fields, body: bytes,
        timeout: .seconds(300)))
    return Answer(status: response.status, headers: response.headers, body: response.body)
  }

  func get(_ path: String) async throws -> Answer { try await send("GET", path) }

  /// A token as the customer service gives one.
  func token(
    scopes: [String] = ["contacts:read", "contacts:write", "admin:read", "admin:write"], expiresIn seconds: Int64 = 600,
    for subject: String = "basket"
  ) throws -> String {
    let now = Int64(Date.now.timeIntervalSince1970)
    let claims: JSON = [
      "iss": "mailout", "sub": .string(subject), "scope": .string(scopes.joined(separator: " ")),
      "iat": .integer(now - 5),
      "exp": .integer(now + seconds),
    ]
    return try TokenSigner(key: fixture.keys.signingKey).sign(claims: claims.bytes)
  }

  /// A contact that must be taken; answers its id.
  func create(_ body: JSON) async throws -> String {
    let answer = try await send("POST", "/ctms", body)
    try #require(answer.status == 201, "\(answer.text)")
    guard case .string(let id)? = answer.json["email"]?["email_id"] else { return "" }
    return id
  }

  /// The contact as it is now.
  func contact(_ id: String) async throws -> JSON { try await get("/ctms/\(id)").json }

  /// An address that nobody has.
  static func address() -> String { "u\(UInt64.random(in: 0...UInt64.max))@example.com" }

  /// A contact with an address of its own.
  static func body(_ email: [String: JSON] = [:], _ groups: [String: JSON] = [:]) -> JSON {
    var all: [String: JSON] = ["primary_email": .string(address())]
    all.merge(email) { $1 }
    return .object(groups.merging(["email": .object(all)]) { $1 })
  }
}

/// Asks the customer service's handlers as the broker would.
private struct HandlerCalls: OperationCalling {
  let handlers: OperationHandlers

  func call(
    _ operation: Contracts.Operation, data: [UInt8], as caller: Caller, idempotencyKey: String?, timeout: Duration
  ) async throws(Problem) -> OperationReply {
    if let scope = operation.scope, !caller.scopes.contains(scope) {
      throw Problem(.forbidden, "This needs the scope \(scope).")
    }
    guard let (_, handle) = handlers.find(operation.type) else { throw Problem(.malformed, "no \(operation.type)") }
    do {
      let request = OperationRequest(
        operation: operation, principal: caller.principal, scopes: Set(caller.scopes), idempotencyKey: idempotencyKey,
        data: try JSON.parse(data))
      return try await handle(request)
    } catch let problem as Problem {
      throw problem
    } catch {
      Issue.record(error, "\(operation.type) failed inside")
      throw Problem(.internal, "\(error)")
    }
  }
}

extension JSON {
  /// The value at a path of names and indexes.
  func at(_ path: String...) -> JSON? {
    path.reduce(self as JSON?) { value, part in
      if case .array(let elements)? = value {
        return Int(part).flatMap { elements.indices.contains($0) ? elements[$0] : nil }
      }
      return value?[part]
    }
  }

  var list: [JSON] { if case .array(let elements) = self { elements } else { [] } }
  var string: String? { if case .string(let text) = self { text } else { nil } }
}
