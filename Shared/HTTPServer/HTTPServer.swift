import Synchronization

/// An HTTP/1.1 server.
///
///     var router = Router()
///     router.on(.get, "/hello/{name}") { _, path in .text("Hello, \(try path.require("name"))\n") }
///     let server = HTTPServer(configuration: HTTPServerConfiguration(port: 8080), handler: router)
///     try await server.run()
public final class HTTPServer: Sendable {
  private enum Life: Sendable {
    case new
    case started(Daemon, port: Int)
    case running(port: Int)
  }

  private let core: ServerCore
  private let life = Mutex(Life.new)

  public init(configuration: HTTPServerConfiguration, handler: any HTTPHandler) {
    core = ServerCore(configuration: configuration, handler: handler)
  }

  /// The port it listens on; the configured one before it is started.
  public var port: Int {
    life.withLock {
      switch $0 {
      case .new: core.configuration.port
      case .started(_, let port), .running(let port): port
      }
    }
  }

  /// Listens and serves from now on; `run()` must follow, for it is what ends it. Not needed where the port is
  /// of no interest before. Throws `.bindFailed`, `.startFailed` or `.alreadyStarted`.
  public func start() throws(HTTPServerError) {
    try life.withLock { (life) throws(HTTPServerError) in
      guard case .new = life else { throw HTTPServerError(.alreadyStarted, "the server was started before") }
      let socket = try ListenSocket.open(host: core.configuration.host, port: core.configuration.port)
      let daemon = try Daemon(socket, core: core)
      life = .started(daemon, port: daemon.port)
    }
  }

  /// Serves until the task is cancelled. Then takes no more connections, waits for the requests in flight
  /// (`grace`), cancels and answers 503 to what is left, and returns. Throws as `start()`; once for a server.
  public func run() async throws(HTTPServerError) {
    if case .new = life.withLock({ $0 }) { try start() }
    let daemon = try life.withLock { (life) throws(HTTPServerError) -> Daemon in
      guard case .started(let daemon, let port) = life else {
        throw HTTPServerError(.alreadyStarted, "the server has run before")
      }
      life = .running(port: port)
      return daemon
    }
    await Cancellation().wait()
    await daemon.stop()
  }
}
