import HTTPServer
import Testing

@Suite struct LifecycleTests {
  @Test func requestsInFlightAreFinishedAndNewConnectionsRefused() async throws {
    let (started, go) = (Event<Void>(), Event<Void>())
    let server = try startOnAPortOfItsOwn(
      answering { _ in
        started.fire()
        await go.wait()
        return .text("done")
      })
    let running = Task { try await server.run() }
    let idle = try RawClient(port: server.port)
    let client = try RawClient(port: server.port)
    try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    await started.wait()
    running.cancel()
    // The idle connection is closed once the server takes no new ones.
    #expect(try await idle.readAll().isEmpty)
    #expect(throws: RawClient.Failure.self) { try RawClient(port: server.port) }
    go.fire()
    let response = try await client.response()
    #expect(response.text == "done")
    #expect(response["Connection"]?.lowercased() == "close")
    try await running.value
  }

  /// On a port that nobody gets who asks for any: once the server has let it go, it is no other test's.
  private func startOnAPortOfItsOwn(_ handler: Router) throws -> HTTPServer {
    while true {
      let configuration = HTTPServerConfiguration.with {
        $0.port = .random(in: 10_000..<20_000)
        $0.grace = .seconds(600)
      }
      let server = HTTPServer(configuration: configuration, handler: handler)
      do throws(HTTPServerError) {
        try server.start()
        return server
      } catch {
        guard error.code == .bindFailed else { throw error }
      }
    }
  }

  @Test func afterTheGraceTheRestIsCancelledAndAnswered503() async throws {
    let configuration = HTTPServerConfiguration.with { $0.grace = .milliseconds(100) }
    let (started, cancelled) = (Event<Void>(), Event<Void>())
    let server = HTTPServer(
      configuration: configuration,
      handler: answering { _ in
        started.fire()
        await untilCancelled()
        cancelled.fire()
        return .text("late")
      })
    try server.start()
    let running = Task { try await server.run() }
    let client = try RawClient(port: server.port)
    try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    await started.wait()
    running.cancel()
    #expect(try await client.response().status == 503)
    await cancelled.wait()
    try await running.value
  }

  @Test func stopsWithBodiesAndStreamsUnderWay() async throws {
    let configuration = HTTPServerConfiguration.with { $0.grace = .milliseconds(50) }
    var router = Router()
    let streaming = Event<Void>()
    router.on(.get, "/stream") { _, _ in
      HTTPResponse(
        status: 200,
        body: .stream { writer in
          try await writer.write([1])
          streaming.fire()
          await untilCancelled()
        })
    }
    router.on(.post, "/upload", body: .streamed(upTo: 1 << 30)) { request, _ in
      for try await _ in request.body { await untilCancelled() }
      return .text("")
    }
    let server = HTTPServer(configuration: configuration, handler: router)
    try server.start()
    let running = Task { try await server.run() }
    let (down, up, half) = (
      try RawClient(port: server.port), try RawClient(port: server.port), try RawClient(port: server.port)
    )
    try await down.send("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n")
    try await up.send("POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n")
    _ = try await up.sendUntilHeldBack([UInt8](repeating: 1, count: 64 << 10), quiet: 200)
    try await half.send("POST /nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc")
    await streaming.wait()
    running.cancel()
    try await running.value
    _ = try await (down.readAll(), half.readAll())
  }

  @Test func aPortInUseIsAnError() async throws {
    try await withServer(answering { _ in .text("") }) { port in
      let second = HTTPServer(configuration: HTTPServerConfiguration(port: port), handler: answering { _ in .text("") })
      let error = #expect(throws: HTTPServerError.self) { try second.start() }
      #expect(error?.code == .bindFailed)
    }
  }

  @Test(arguments: ["nowhere", "300.0.0.1", ""])
  func aHostThatIsNoAddressIsAnError(_ host: String) async throws {
    let server = HTTPServer(configuration: HTTPServerConfiguration(host: host), handler: Router())
    if host.isEmpty { return }
    let error = #expect(throws: HTTPServerError.self) { try server.start() }
    #expect(error?.code == .bindFailed)
  }

  @Test func severalThreadsServe() async throws {
    try await withServer(answering { .text($0.path) }, .with { $0.threads = 3 }) { port in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<20 {
          group.addTask {
            let client = try RawClient(port: port)
            for round in 0..<10 {
              try await client.send("GET /\(number)/\(round) HTTP/1.1\r\nHost: a\r\n\r\n")
              #expect(try await client.response().text == "/\(number)/\(round)")
            }
          }
        }
        try await group.waitForAll()
      }
    }
  }

  @Test func listensOnBothFamilies() async throws {
    try await withServer(answering { .text($0.remoteAddress) }, .with { $0.host = "::" }) { port in
      let client = try RawClient(port: port)
      try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(try await client.response().text == "127.0.0.1")
    }
  }
}
