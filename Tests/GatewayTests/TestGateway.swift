import Contracts
import HTTPClient
import HTTPServer
import Messaging
import Security
import Service
import Testing

@testable import Gateway

/// A gateway on a free port, with services that are not there. Its clock stands still, and whatever else ends by time has
/// plenty of it: a busy machine may take long over anything.
struct TestGateway: Sendable {
  let operations: FakeOperations
  let metrics: Metrics
  let log: MemorySink
  let port: Int
  private let client: HTTPClient

  /// Runs one for as long as `body` takes.
  static func run(
    _ operations: FakeOperations = FakeOperations(), settings: GatewaySettings = GatewaySettings(),
    retryWindow: Duration = .milliseconds(300), refusals: RefusedRequests? = nil,
    configure: (inout HTTPServerConfiguration) -> Void = { _ in },
    _ body: (TestGateway) async throws -> Void
  ) async throws {
    var settings = settings
    settings.port = 0
    settings.importRetry = ImportRetry(
      window: retryWindow, firstPause: .milliseconds(1), longestPause: .milliseconds(5))
    let (metrics, log) = (Metrics(), MemorySink())
    let readiness = Readiness(stop: ShutdownSignal())
    readiness.markStarted()
    let instant = ContinuousClock.now
    let keys = KeyRing(operations: operations, rules: Gateway.tokenRules, now: { instant })
    let server = Gateway.build(
      settings: settings, operations: operations, keys: keys, readiness: readiness, refusals: refusals,
      log: Log(service: "gateway", instance: "test", sink: log), metrics: metrics, now: { instant },
      patience: .seconds(600),
      configure: { configuration in
        configuration.requestTimeout = .seconds(3600)
        configuration.idleTimeout = .seconds(3600)
        configure(&configuration)
      })
    try server.start()
    let running = Task { try await server.run() }
    // The largest file of the pages that the gateway serves has 1.6 MB.
    let client = HTTPClient(
      configuration: HTTPClientConfiguration(connectTimeout: .seconds(600), maxResponseBytes: 4 << 20))
    let gateway = TestGateway(
      operations: operations, metrics: metrics, log: log, port: server.port, client: client)
    let outcome: Result<Void, any Error>
    do {
      try await body(gateway)
      outcome = .success(())
    } catch {
      outcome = .failure(error)
    }
    await client.shutdown()
    running.cancel()
    try await running.value
    try outcome.get()
  }

  /// Sends a request; with a token for everything where no other is given.
  func send(
    _ method: String, _ path: String, _ body: String = "", type: String? = nil, token: String?? = .some(nil),
    headers: [(String, String)] = []
  ) async throws -> Answer {
    try await send(method, path, Array(body.utf8), type: type, token: token, headers: headers)
  }

  func send(
    _ method: String, _ path: String, _ body: [UInt8], type: String? = nil, token: String?? = .some(nil),
    headers: [(String, String)] = []
  ) async throws -> Answer {
    var fields = headers
    if let token { fields.append(("Authorization", "Bearer \(try token ?? TestTokens.token())")) }
    if let type { fields.append(("Content-Type", type)) }
    let response = try await client.send(
      HTTPClientRequest(
        method: .init(rawValue: method), url: "http://127.0.0.1:\(port)\(path)", headers: fields, body: body,
        timeout: .seconds(600)))
    return Answer(status: response.status, headers: response.headers, body: response.body)
  }

  /// A response, read as a test wants it.
  struct Answer: Sendable {
    let status: Int
    let headers: HTTPClientHeaders
    let body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }
    var json: JSON? { try? JSON.parse(body) }

    /// The problem's member; nil where the body is no problem+json.
    func problem(_ member: String) -> JSON? {
      guard headers["Content-Type"] == "application/problem+json" else { return nil }
      return json?[member]
    }
  }
}
