import Dispatch
import HTTPServer
import Synchronization
import Testing

/// Many connections at once, in numbers that libmicrohttpd's own event loop does not survive.
@Suite(.timeLimit(.minutes(15))) struct ManyConnectionsTests {
  private static let request = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n"

  private func connect(_ count: Int, to port: Int) async throws -> [RawClient] {
    let clients = try (0..<count).map { _ in try RawClient(port: port) }
    // Answered once, all of them are known to the server.
    try await exchange(clients)
    return clients
  }

  private func exchange(_ clients: [RawClient]) async throws {
    for client in clients { try await client.send(Self.request) }
    for client in clients { #expect(try await client.response().text == "x") }
  }

  /// The library takes 128 events at a time. Where it finds just so many, it used to sleep before it served them.
  @Test(arguments: [127, 128, 129, 256, 384])
  func requestsThatComeInOneLookAreAllServed(_ count: Int) async throws {
    let (blocked, release) = (Event<Void>(), DispatchSemaphore(value: 0))
    var router = Router()
    router.onInline(.get, "/x") { _, _, _ in .text("x") }
    router.onInline(.get, "/block") { _, _, _ in
      blocked.fire()
      release.wait()
      return .text("x")
    }
    try await withServer(router) { port in
      let clients = try await connect(count, to: port)
      let blocker = try RawClient(port: port)
      // While its thread is held, all the others ask.
      try await blocker.send("GET /block HTTP/1.1\r\nHost: a\r\n\r\n")
      await blocked.wait()
      for client in clients { try await client.send(Self.request) }
      release.signal()
      #expect(try await blocker.response().text == "x")
      for client in clients { #expect(try await client.response().text == "x") }
    }
  }

  @Test func roundAfterRoundOfAsynchronousAnswersIsServed() async throws {
    var router = Router()
    router.on(.get, "/x") { _, _ in
      await Task.yield()
      return .text("x")
    }
    try await withServer(router) { port in
      let clients = try await connect(256, to: port)
      for _ in 0..<20 { try await exchange(clients) }
    }
  }

  @Test func aConnectionMoreThanOneAddressMayHaveIsClosedAtOnce() async throws {
    let configuration = HTTPServerConfiguration.with {
      $0.maxConnectionsPerAddress = 2
    }
    try await withServer(answering { _ in .text("x") }, configuration) { port in
      let clients = try await connect(2, to: port)
      #expect(try await RawClient(port: port).readAll().isEmpty)
      // One that leaves makes room for another.
      try await clients[0].send("GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
      _ = try await clients[0].readAll()
      let another = try RawClient(port: port)
      try await exchange([another, clients[1]])
    }
  }
}
