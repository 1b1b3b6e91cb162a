import HTTPServer
import Testing

@Suite struct LimitTests {
  private var length: Router {
    answering(.post) { .text("\(try await $0.body.collect(upTo: 1 << 30).count)") }
  }

  @Test func announcedBodyOverTheLimitIsRefusedBeforeItIsSent() async throws {
    try await withServer(length, .with { $0.maxBodyBytes = 1000 }) { port in
      let client = try RawClient(port: port)
      try await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n")
      let response = try await client.response()
      #expect(response.status == 413)
      #expect(response["Connection"]?.lowercased() == "close")
      #expect(try await client.readAll().isEmpty)
    }
  }

  @Test func bodyAtTheLimitIsTaken() async throws {
    try await withServer(length, .with { $0.maxBodyBytes = 1000 }) { port in
      let client = try RawClient(port: port)
      try await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n")
      try await client.send([UInt8](repeating: 1, count: 1000))
      #expect(try await client.response().text == "1000")
    }
  }

  @Test func chunkedBodyOverTheLimitIsRefusedInItsMiddle() async throws {
    try await withServer(length, .with { $0.maxBodyBytes = 1000 }) { port in
      let client = try RawClient(port: port)
      try await client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
      try await client.send("3e8\r\n\(String(repeating: "a", count: 1000))\r\n1\r\na\r\n")
      let response = try await client.response()
      #expect(response.status == 413)
      #expect(response["Connection"] == "close")
    }
  }

  @Test func continueIsSentToThoseWhoMaySendOn() async throws {
    try await withServer(length, .with { $0.maxBodyBytes = 1000 }) { port in
      let client = try RawClient(port: port)
      try await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
      #expect(try await client.response().status == 100)
      try await client.send("abc")
      #expect(try await client.response().text == "3")
      try await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3000\r\nExpect: 100-continue\r\n\r\n")
      #expect(try await client.response().status == 413)
    }
  }

  @Test func bodiesTogetherAreBounded() async throws {
    try await withServer(length, .with { $0.maxBufferedBytes = 1500 }) { port in
      let first = try RawClient(port: port)
      try await first.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n\r\n")
      #expect(try await first.response().status == 100)
      try await first.send([UInt8](repeating: 1, count: 999))
      let second = try await untilRefused(port)
      #expect(second.status == 503)
      #expect(second["Retry-After"] == "1")
      try await first.send([1])
      #expect(try await first.response().text == "1000")
    }
  }

  @Test func whatNobodyWantsIsRefusedBeyondALittle() async throws {
    try await withServer(length) { port in
      let client = try RawClient(port: port)
      // It goes on, as after any answer.
      for (method, status) in [("PUT", 405), ("OPTIONS", 204), ("DELETE", 405)] {
        try await client.send("\(method) / HTTP/1.1\r\nHost: a\r\nContent-Length: 4096\r\n\r\n")
        try await client.send([UInt8](repeating: 1, count: 4096))
        #expect(try await client.response().status == status)
      }
      for method in ["PUT", "OPTIONS"] {
        let announcing = try RawClient(port: port)
        try await announcing.send("\(method) / HTTP/1.1\r\nHost: a\r\nContent-Length: 4097\r\n\r\n")
        let response = try await announcing.response()
        #expect(response.status == 413)
        #expect(response["Connection"]?.lowercased() == "close")
        #expect(try await announcing.readAll().isEmpty)
      }
      let chunked = try RawClient(port: port)
      try await chunked.send("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
      try await chunked.send("1000\r\n\(String(repeating: "a", count: 4096))\r\n1\r\na\r\n")
      #expect(try await chunked.response().status == 413)
    }
  }

  /// A body that a handler takes whole from a stream counts as one that the server buffers, until its request is over.
  @Test func bodiesThatAreCollectedAreBoundedToo() async throws {
    let collecting = answering(.post, body: .streamed(upTo: 1 << 20)) {
      .text("\(try await $0.body.collect(upTo: 1 << 20).count)")
    }
    try await withServer(collecting, .with { $0.maxBufferedBytes = 1000 }) { port in
      let client = try RawClient(port: port)
      for _ in 0..<3 {
        try await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\n\r\n")
        try await client.send([UInt8](repeating: 1, count: 900))
        #expect(try await client.response().text == "900")
      }
      try await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n")
      try await client.send([UInt8](repeating: 1, count: 1001))
      #expect(try await client.response().status == 503)
    }
  }

  /// The server may not have taken the first client's bytes yet.
  private func untilRefused(_ port: Int) async throws -> RawResponse {
    while true {
      let client = try RawClient(port: port)
      try await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 800\r\nExpect: 100-continue\r\n\r\n")
      let response = try await client.response()
      if response.status != 100 { return response }
    }
  }

  @Test func connectionsOverTheLimitAreClosed() async throws {
    try await withServer(answering { _ in .text("fine") }, .with { $0.maxConnections = 3 }) { port in
      let clients = try (0..<3).map { _ in try RawClient(port: port) }
      for client in clients {
        try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try await client.response().status == 200)
      }
      let refused = try RawClient(port: port)
      #expect(try await refused.readAll().isEmpty)
      try await clients[0].send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(try await clients[0].response().status == 200)
    }
  }

  @Test(arguments: ["", "GET / HT", "GET / HTTP/1.1\r\nHost: a\r\nX-Slow: "])
  func connectionsWithoutARequestAreClosed(_ start: String) async throws {
    try await withServer(length, .with { $0.idleTimeout = .milliseconds(200) }) { port in
      let client = try RawClient(port: port)
      if !start.isEmpty { try await client.send(start) }
      #expect(try await client.readAll().isEmpty)
    }
  }

  @Test func keptConnectionsAreClosedWhenIdle() async throws {
    try await withServer(answering { _ in .text("fine") }, .with { $0.idleTimeout = .milliseconds(200) }) { port in
      let (client, response) = try await RawClient.answered("GET / HTTP/1.1\r\nHost: a\r\n\r\n", by: port)
      #expect(response.status == 200)
      #expect(try await client.readAll().isEmpty)
    }
  }

  @Test func slowBodiesAreAnswered408() async throws {
    let ended = Event<HTTPRequestRecord>()
    let shortly = { (configuration: inout HTTPServerConfiguration) in
      configuration.requestTimeout = .milliseconds(200)
      configuration.onRequest = { ended.fire($0) }
    }
    try await withServer(length, .with(shortly)) { port in
      let client = try RawClient(port: port)
      try await client.send("POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc")
      #expect(try await client.response().status == 408)
      #expect(try await client.readAll().isEmpty)
      let record = await ended.wait()
      #expect(record.status == 408)
      #expect(record.bodyBytes == 3)
    }
  }

  @Test func failuresAreRenderedByTheConfiguration() async throws {
    let problem = { (configuration: inout HTTPServerConfiguration) in
      configuration.maxBodyBytes = 10
      configuration.onFailure = { error, request in
        HTTPResponse(status: error.status, body: .bytes(Array("\(error.code) \(request?.path ?? "-")".utf8)))
      }
    }
    try await withServer(length, .with(problem)) { port in
      let client = try RawClient(port: port)
      try await client.send("POST /here HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n")
      #expect(try await client.response().text == "bodyTooLarge /here")
    }
  }
}
