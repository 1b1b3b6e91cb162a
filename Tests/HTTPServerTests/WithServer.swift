import HTTPServer

/// Runs a server on a free port for as long as `body` takes, and waits for its end.
func withServer(
  _ handler: any HTTPHandler, _ configuration: HTTPServerConfiguration = .with { _ in },
  _ body: (Int) async throws -> Void
) async throws {
  let server = HTTPServer(configuration: configuration, handler: handler)
  try server.start()
  let running = Task { try await server.run() }
  let outcome: Result<Void, any Error>
  do {
    try await body(server.port)
    outcome = .success(())
  } catch {
    outcome = .failure(error)
  }
  running.cancel()
  try await running.value
  try outcome.get()
}

/// A router with one route for everything.
func answering(
  _ method: HTTPMethod = .get, body: HTTPBodyMode = .buffered(upTo: nil), timeout: Duration? = nil,
  _ handler: @escaping @Sendable (HTTPRequest) async throws -> HTTPResponse
) -> Router {
  var router = Router()
  router.on(method, "/{path...}", body: body, timeout: timeout) { request, _ in try await handler(request) }
  return router
}

extension HTTPServerConfiguration {
  /// Nothing ends by time but what a test wants to: a busy machine may take long over anything. The grace is short, for
  /// nobody waits for what a test leaves under way.
  static func with(_ change: (inout HTTPServerConfiguration) -> Void) -> HTTPServerConfiguration {
    var configuration = HTTPServerConfiguration()
    configuration.requestTimeout = .seconds(3600)
    configuration.handlerTimeout = .seconds(3600)
    configuration.idleTimeout = .seconds(3600)
    configuration.grace = .seconds(2)
    change(&configuration)
    return configuration
  }
}
