import EventLoop
import HTTPClient
import Testing

/// How calls end that do not run their course.
@Suite struct EndingTests {
  private let arrived = Signal()
  private let ended = Signal()

  private func makeHangingServer() throws -> TestServer {
    let (arrived, ended) = (arrived, ended)
    return try TestServer { connection in
      guard connection.readRequest() != nil else { return }
      arrived.fire()
      connection.waitForEnd()
      ended.fire()
    }
  }

  @Test func cancellingTheTaskEndsTheCall() async throws {
    let server = try makeHangingServer()
    let client = HTTPClient.patient()
    let request = HTTPClientRequest.patient(method: .post, url: server.url())
    let task = Task { try await failure(of: client, request) }
    await arrived.wait()
    task.cancel()
    let error = try await task.value
    #expect(error.code == .cancelled)
    #expect(error.requestMayHaveLeft)
    await ended.wait()
    #expect(client.inFlight == 0)
  }

  @Test func cancellingAWaitingCallSendsNothing() async throws {
    let server = try makeHangingServer()
    let client = HTTPClient.patient { $0.maxConnectionsPerHost = 1 }
    let request = HTTPClientRequest.patient(method: .post, url: server.url())
    let first = Task { try await failure(of: client, request) }
    await arrived.wait()
    let second = Task { try await failure(of: client, request) }
    second.cancel()
    let error = try await second.value
    #expect(error.code == .cancelled)
    #expect(!error.requestMayHaveLeft)
    first.cancel()
    _ = try await first.value
    #expect(server.log.requests.count == 1)
  }

  @Test func aCancelledTaskSendsNothing() async throws {
    let server = try TestServer(answering: { _ in TestServer.answer() })
    let client = HTTPClient.patient()
    let request = HTTPClientRequest.patient(method: .post, url: server.url())
    let begin = Signal()
    let task = Task {
      await begin.wait()
      return try await failure(of: client, request)
    }
    task.cancel()
    begin.fire()
    let error = try await task.value
    #expect(error.code == .cancelled)
    #expect(!error.requestMayHaveLeft)
    #expect(server.log.requests.isEmpty)
  }

  @Test func shutdownEndsEveryCall() async throws {
    let server = try makeHangingServer()
    let client = HTTPClient.patient { $0.maxConnectionsPerHost = 1 }
    let request = HTTPClientRequest.patient(method: .post, url: server.url())
    let first = Task { try await failure(of: client, request) }
    await arrived.wait()
    let second = Task { try await failure(of: client, request) }
    await client.shutdown()
    let error = try await first.value
    #expect(error.code == .closed)
    #expect(error.requestMayHaveLeft)
    #expect(try await second.value.code == .closed)
    #expect(try await failure(of: client, request).code == .closed)
    #expect(client.inFlight == 0)
    await client.shutdown()
    await ended.wait()
    #expect(server.log.requests.count == 1)
  }

  /// What is under way has less time than it was given; what was not asked of keeps its own.
  @Test(.timeLimit(.minutes(15))) func aClippedCallEndsByItsNewTimeout() async throws {
    let arrivals = [Signal(), Signal()]
    let server = try TestServer { connection in
      guard connection.readRequest() != nil else { return }
      arrivals[connection.number - 1].fire()
      connection.waitForEnd()
    }
    let loop = EventLoop(name: "test")
    let client = HTTPClient.patient(loop: loop)
    var request = HTTPClientRequest(method: .post, url: server.url(), timeout: .seconds(3600))
    let patient = Task { [request] in try await failure(of: client, request) }
    request.timeLeft = { .zero }
    async let call = failure(of: client, request)
    for arrival in arrivals { await arrival.wait() }
    loop.execute { client.clip() }
    let error = try await call
    #expect(error.code == .timeout)
    #expect(error.requestMayHaveLeft)
    #expect(client.inFlight == 1)
    patient.cancel()
    _ = try await patient.value
    await client.shutdown()
    loop.stop()
  }

  /// More time than it has is none.
  @Test(.timeLimit(.minutes(15))) func aCallIsNotProlonged() async throws {
    let server = try makeHangingServer()
    let loop = EventLoop(name: "test")
    let client = HTTPClient.patient(loop: loop)
    var request = HTTPClientRequest(method: .post, url: server.url(), timeout: .milliseconds(500))
    let asked = Signal()
    request.timeLeft = {
      asked.fire()
      return .seconds(3600)
    }
    let (outcomes, told) = AsyncStream.makeStream(of: Result<HTTPClientResponse, HTTPClientError>.self)
    // At once: the time it has may pass before a busy machine lets the request arrive.
    loop.execute { [request] in
      client.start(request) { told.yield($0) }
      client.clip()
    }
    await asked.wait()
    let outcome = try #require(await outcomes.first { _ in true })
    let error = #expect(throws: HTTPClientError.self) { try outcome.get() }
    #expect(error?.code == .timeout)
    await client.shutdown()
    loop.stop()
  }

  @Test func aClientThatIsGoneClosesItsConnections() async throws {
    let ended = ended
    let server = try TestServer { connection in
      while connection.readRequest() != nil { connection.write(TestServer.answer()) }
      ended.fire()
    }
    do {
      let client = HTTPClient.patient()
      _ = try await client.send(.patient(url: server.url()))
    }
    await ended.wait()
  }

  /// What comes on an idle connection belongs to no call: the connection is given up.
  @Test func strayBytesOnAnIdleConnectionReachNoCall() async throws {
    let (mayWrite, written) = (Gate(), Signal())
    let server = try TestServer { connection in
      while connection.readRequest() != nil {
        connection.write(TestServer.answer("\(connection.number)"))
        guard connection.number == 1 else { continue }
        mayWrite.wait()
        connection.write(TestServer.answer("stray"))
        connection.waitUntilTaken()
        written.fire()
      }
    }
    let loop = EventLoop(name: "test")
    let client = HTTPClient.patient(loop: loop)
    let request = HTTPClientRequest.patient(method: .post, url: server.url())
    #expect(try await client.send(request).body == Array("1".utf8))
    mayWrite.open()
    await written.wait()
    // Between two rounds of work the loop looks at its sockets.
    for _ in 0..<2 { await withCheckedContinuation { round in loop.execute { round.resume() } } }
    #expect(try await client.send(request).body == Array("2".utf8))
    await client.shutdown()
    loop.stop()
  }
}
