import EventLoop
import HTTPClient
import HTTPServer
import Testing

@testable import FakeProvider

@Suite struct ServedTests {
  /// Serves a fake API on a free port while `body` runs.
  private func serve(_ body: (FakeAPI, Client) async throws -> Void) async throws {
    let api = FakeAPI()
    var configuration = HTTPServerConfiguration()
    // A busy machine may take long over anything.
    configuration.handlerTimeout = .seconds(3600)
    configuration.requestTimeout = .seconds(3600)
    configuration.idleTimeout = .seconds(3600)
    let server = HTTPServer(configuration: configuration, handler: api)
    try server.start()
    let running = Task { try await server.run() }
    let loop = EventLoop(name: "client")
    let http = HTTPClient(configuration: HTTPClientConfiguration(connectTimeout: .seconds(600)), loop: loop)
    let client = Client(http: http, port: server.port)
    let result = await Result { try await body(api, client) }
    await client.http.shutdown()
    running.cancel()
    try await running.value
    try result.get()
  }

  private struct Client {
    let http: HTTPClient
    let port: Int

    func send(_ id: Int64) async throws -> HTTPClientResponse {
      try await http.send(
        HTTPClientRequest(
          method: .post, url: "http://127.0.0.1:\(port)/v1/send/\(id)", headers: [("Authorization", "Bearer a.b.c")],
          body: Array(#"{"id":\#(id),"phone":1,"text":"a"}"#.utf8), timeout: .seconds(600)))
    }
  }

  /// Asks again and again, as a client of the remote control would; yields the pool's threads meanwhile.
  private func until(_ condition: () -> Bool) async throws {
    while !condition() { try await Task.sleep(for: .milliseconds(2)) }
  }

  @Test func takesCallsAtOnceAndInATask() async throws {
    try await serve { api, client in
      let atOnce = try await client.send(1).status
      api.behaviour.value.latencyMs = 1
      let later = try await client.send(2).status
      #expect([atOnce, later] == [200, 200])
      #expect(api.log.stats.accepted == 2)
      #expect(api.log.stats.inFlight == 0)
    }
  }

  @Test func droppedCallsGetNoAnswer() async throws {
    try await serve { api, client in
      api.behaviour.value.share = [.drop: 1]
      await #expect(throws: HTTPClientError.self) { try await client.send(1) }
      #expect(api.log.stats.calls == 1)
      #expect(api.log.stats.accepted == 0)
    }
  }

  @Test func hangingCallsHoldNobodyUp() async throws {
    try await serve { api, client in
      api.behaviour.value.share = [.hang: 1]
      try await withThrowingTaskGroup(of: Void.self) { group in
        for id in 0..<50 {
          group.addTask { _ = try await client.send(Int64(id)) }
        }
        try await until { api.log.stats.inFlight == 50 }
        api.behaviour.value = Behaviour()
        let status = try await client.send(1000).status
        #expect(status == 200)
        #expect(api.log.stats.inFlight == 50)
        group.cancelAll()
        while let result = await group.nextResult() {
          guard case .failure(is HTTPClientError) = result else {
            Issue.record("a hanging call was answered")
            continue
          }
        }
      }
      // Their clients have gone: they are over.
      try await until { api.log.stats.inFlight == 0 }
      #expect(api.log.stats.accepted == 1)
    }
  }
}

extension Result where Failure == any Error {
  /// The outcome of an operation.
  fileprivate init(_ body: () async throws -> Success) async {
    do { self = .success(try await body()) } catch { self = .failure(error) }
  }
}
