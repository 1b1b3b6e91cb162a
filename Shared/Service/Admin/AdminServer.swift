import HTTPServer

/// Answers probes and metrics on a port of their own: `/livez`, `/readyz`, `/metrics`.
public struct AdminServer: Sendable {
  private let server: HTTPServer

  /// - Parameter port: 0 takes any free one.
  public init(host: String, port: Int, metrics: Metrics, readiness: Readiness) {
    var configuration = HTTPServerConfiguration(host: host, port: port)
    configuration.maxConnections = 64
    configuration.maxBodyBytes = 0
    configuration.grace = .seconds(1)
    server = HTTPServer(
      configuration: configuration, handler: Self.router(metrics: metrics, readiness: readiness))
  }

  /// The port it listens on, once it is started.
  public var port: Int { server.port }

  /// Listens from now on; `run()` must follow.
  public func start() throws(HTTPServerError) { try server.start() }

  /// Serves until the task is cancelled.
  public func run() async throws(HTTPServerError) { try await server.run() }

  /// The three answers; usable without a server.
  static func router(metrics: Metrics, readiness: Readiness) -> Router {
    var router = Router()
    // Asynchronous on purpose: an answer shows that the cooperative pool is not stuck.
    router.on(.get, "/livez") { _, _ in .text("ok\n") }
    router.on(.get, "/readyz") { _, _ in
      let report = await readiness.report()
      return .json(report.json(), status: report.ready ? 200 : 503)
    }
    router.on(.get, "/metrics") { _, _ in
      HTTPResponse(status: 200, headers: ["Content-Type": Metrics.contentType], body: .bytes(metrics.exposition()))
    }
    return router
  }
}
