import EventLoop
import HTTPClient
import Synchronization
import Testing

@Suite struct ConcurrencyTests {
  @Test func manyCallsOverFewConnections() async throws {
    let server = try TestServer(answering: { TestServer.answer($0.text) })
    let client = HTTPClient.patient { $0.maxConnectionsPerHost = 64 }
    let url = server.url()
    let answers = try await withThrowingTaskGroup(of: Bool.self) { group in
      for number in 0..<2000 {
        group.addTask {
          let text = "message \(number)"
          let response = try await client.send(.patient(method: .post, url: url, body: Array(text.utf8)))
          return response.status == 200 && String(decoding: response.body, as: UTF8.self) == text
        }
      }
      return try await group.reduce(into: [Bool]()) { $0.append($1) }
    }
    #expect(answers == Array(repeating: true, count: 2000))
    #expect(server.log.requests.count == 2000)
    #expect(server.log.connections <= 64)
    #expect(client.inFlight == 0)
  }

  @Test func noMoreConnectionsThanAllowedThoughAllAreBusy() async throws {
    let (all, release) = (Signal(), Gate())
    let server = try TestServer { connection in
      while connection.readRequest() != nil {
        if connection.number == 4 { all.fire() }
        release.wait()
        connection.write(TestServer.answer())
      }
    }
    let client = HTTPClient.patient { $0.maxConnectionsPerHost = 4 }
    let url = server.url()
    try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<12 { group.addTask { try await client.send(.patient(method: .post, url: url)).status } }
      await all.wait()
      #expect(client.inFlight >= 4)
      #expect(server.log.connections == 4)
      release.open()
      for try await status in group { #expect(status == 200) }
    }
    #expect(server.log.connections == 4)
  }

  @Test func waitingForAConnectionCountsForTheTimeout() async throws {
    let arrived = Signal()
    let server = try TestServer { connection in
      _ = connection.readRequest()
      arrived.fire()
      connection.waitForEnd()
    }
    let client = HTTPClient.patient { $0.maxConnectionsPerHost = 1 }
    let url = server.url()
    let first = Task { try await failure(of: client, .patient(method: .post, url: url)) }
    await arrived.wait()
    let request = HTTPClientRequest(method: .post, url: url, timeout: .milliseconds(50))
    let error = try await failure(of: client, request)
    #expect(error.code == .timeout)
    #expect(!error.requestMayHaveLeft)
    #expect(server.log.requests.count == 1)
    first.cancel()
    #expect(try await first.value.code == .cancelled)
  }

  @Test func originsDoNotWaitForEachOther() async throws {
    let arrived = Signal()
    let hanging = try TestServer { connection in
      _ = connection.readRequest()
      arrived.fire()
      connection.waitForEnd()
    }
    let healthy = try TestServer(answering: { _ in TestServer.answer() })
    let client = HTTPClient.patient { $0.maxConnectionsPerHost = 1 }
    let url = hanging.url()
    let stuck = Task { try await failure(of: client, .patient(url: url)) }
    await arrived.wait()
    #expect(try await client.send(.patient(url: healthy.url())).status == 200)
    stuck.cancel()
    _ = try await stuck.value
  }

  @Test func callsFromTheLoopStayOnIt() async throws {
    let mayAnswer = Gate()
    let server = try TestServer { connection in
      while connection.readRequest() != nil {
        mayAnswer.wait()
        connection.write(TestServer.answer())
      }
    }
    let loop = EventLoop(name: "caller")
    let client = HTTPClient.patient(loop: loop)
    let caller = LoopActor(loop)
    #expect(try await caller.inFlightAfterSend(.patient(url: server.url()), client, mayAnswer) == 1)

    let url = server.url()
    let task = Task(executorPreference: loop) {
      let status = try await client.send(.patient(url: url)).status
      return (status, loop.isCurrent)
    }
    #expect(try await task.value == (200, true))
    await client.shutdown()
    loop.stop()
  }

  /// An actor that lives on the client's loop.
  private actor LoopActor {
    private let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    init(_ loop: EventLoop) { self.loop = loop }

    /// What is queued before `send` runs right after it has suspended: had it to hop, the call would not have begun.
    func inFlightAfterSend(_ request: HTTPClientRequest, _ client: HTTPClient, _ mayAnswer: Gate) async throws -> Int {
      let begun = Number()
      loop.execute {
        begun.value.store(client.inFlight, ordering: .relaxed)
        mayAnswer.open()
      }
      _ = try await client.send(request)
      return begun.value.load(ordering: .relaxed)
    }
  }

  private final class Number: Sendable {
    let value = Atomic(-1)
  }
}
