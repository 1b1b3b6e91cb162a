import HTTPClient
import Testing

/// libcurl sends a request again on its own where a connection that was kept alive turns out dead. The client does not
/// let it, unless nothing has left or the request is safe.
@Suite struct ResendTests {
  private let client = HTTPClient.patient()

  /// How a server ends a connection after reading a request.
  enum Ending: CaseIterable {
    case close, reset
  }

  /// Answers the first request of its first connection; reads the second one and ends the connection without an
  /// answer. Further connections work.
  private func makeServer(_ ending: Ending) throws -> TestServer {
    try TestServer { connection in
      var count = 0
      while connection.readRequest() != nil {
        count += 1
        if connection.number == 1, count == 2 { return ending == .reset ? connection.reset() : connection.close() }
        connection.write(TestServer.answer())
      }
    }
  }

  @Test(arguments: Ending.allCases, [0, 100, 200_000])
  func neverSendsAPostAgain(_ ending: Ending, _ size: Int) async throws {
    let server = try makeServer(ending)
    let request = HTTPClientRequest.patient(method: .post, url: server.url(), body: Array(repeating: 65, count: size))
    #expect(try await client.send(request).status == 200)

    let error = try await failure(of: client, request)
    #expect(error.code == .reset)
    #expect(error.requestMayHaveLeft)
    #expect(server.log.connections == 1)
    #expect(server.log.requests.count == 2)

    #expect(try await client.send(request).status == 200)
    #expect(server.log.requests.count == 3)
  }

  @Test(arguments: [HTTPClientRequest.Method.put, .patch, .delete])
  func neverSendsAnythingElseAgain(_ method: HTTPClientRequest.Method) async throws {
    let server = try makeServer(.close)
    let request = HTTPClientRequest.patient(method: method, url: server.url())
    #expect(try await client.send(request).status == 200)
    #expect(try await failure(of: client, request).code == .reset)
    #expect(server.log.requests.count == 2)
  }

  @Test(arguments: Ending.allCases)
  func sendsAGetAgain(_ ending: Ending) async throws {
    let server = try makeServer(ending)
    let request = HTTPClientRequest.patient(url: server.url())
    #expect(try await client.send(request).status == 200)
    #expect(try await client.send(request).status == 200)
    #expect(server.log.requests.count == 3)
  }

  /// There is nobody left to connect to: the first ending counts, not the refused second attempt.
  @Test(arguments: [HTTPClientRequest.Method.post, .get])
  func aServerThatDiesIsNoRefusedConnection(_ method: HTTPClientRequest.Method) async throws {
    let mayDie = Gate()
    let server = try TestServer(onOwnPort: true) { connection in
      _ = connection.readRequest()
      connection.write(TestServer.answer())
      _ = connection.readRequest()
      mayDie.wait()
    }
    let request = HTTPClientRequest.patient(method: method, url: server.url())
    #expect(try await client.send(request).status == 200)
    server.stopListening()
    mayDie.open()
    let error = try await failure(of: client, request)
    #expect(error.code == .reset)
    #expect(error.requestMayHaveLeft)
  }

  /// The server has closed while the connection was idle: libcurl sees this before it sends, and takes another one.
  @Test(arguments: Ending.allCases)
  func usesAnotherConnectionWhereTheIdleOneIsClosed(_ ending: Ending) async throws {
    let (mayClose, closed) = (Gate(), Signal())
    let server = try TestServer { connection in
      while connection.readRequest() != nil {
        connection.write(TestServer.answer())
        guard connection.number == 1 else { continue }
        mayClose.wait()
        if ending == .reset { connection.reset() } else { connection.closeAndWait() }
        return closed.fire()
      }
    }
    let request = HTTPClientRequest.patient(method: .post, url: server.url(), body: [65])
    #expect(try await client.send(request).status == 200)
    mayClose.open()
    await closed.wait()
    #expect(try await client.send(request).status == 200)
    #expect(server.log.connections == 2)
    #expect(server.log.requests.count == 2)
  }
}
