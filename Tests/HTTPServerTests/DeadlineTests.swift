import HTTPServer
import Synchronization
import Testing

@Suite struct DeadlineTests {
  @Test func aLateHandlerIsCancelledAndAnswered503() async throws {
    let cancelled = Event<Void>()
    var router = Router()
    router.on(.get, "/slow") { _, _ in
      await untilCancelled()
      cancelled.fire()
      return .text("too late")
    }
    router.on(.get, "/quick", timeout: .seconds(3600)) { _, _ in .text("quick") }
    try await withServer(router, .with { $0.handlerTimeout = .milliseconds(200) }) { port in
      let client = try RawClient(port: port)
      try await client.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
      let response = try await client.response()
      #expect(response.status == 503)
      #expect(response["Retry-After"] == "1")
      await cancelled.wait()
      // One answer alone: the next on this connection belongs to the next request.
      try await client.send("GET /quick HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(try await client.response().text == "quick")
    }
  }

  @Test func aRoutesOwnTimeoutCounts() async throws {
    let handler = answering(timeout: .milliseconds(200)) { _ in
      await untilCancelled()
      return .text("too late")
    }
    try await withServer(handler) { port in
      let client = try RawClient(port: port)
      try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(try await client.response().status == 503)
    }
  }

  @Test func aClientThatGoesCancelsItsHandler() async throws {
    let (started, cancelled) = (Event<Void>(), Event<Void>())
    let handler = answering { _ in
      started.fire()
      await untilCancelled()
      cancelled.fire()
      return .text("")
    }
    try await withServer(handler) { port in
      let client = try RawClient(port: port)
      try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      await started.wait()
      client.close()
      await cancelled.wait()
    }
  }

  @Test func everyRequestIsReportedOnce() async throws {
    let records = Mutex<[HTTPRequestRecord]>([])
    let all = Event<Void>()
    var router = Router()
    router.on(.get, "/customers/{id}") { _, path in .text(try path.require("id")) }
    let reporting = { (configuration: inout HTTPServerConfiguration) in
      configuration.onRequest = { record in
        let count = records.withLock { records in
          records.append(record)
          return records.count
        }
        if count == 3 { all.fire() }
      }
    }
    try await withServer(router, .with(reporting)) { port in
      let client = try RawClient(port: port)
      for target in ["/customers/7", "/nowhere", "/customers/%zz"] {
        try await client.send("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = try await client.response()
      }
      await all.wait()
      let seen = records.withLock { $0 }
      #expect(seen.map(\.status) == [200, 404, 400])
      #expect(seen.map(\.route) == ["/customers/{id}", nil, nil])
      #expect(seen.allSatisfy { $0.method == .get && $0.duration > .zero })
    }
  }
}
