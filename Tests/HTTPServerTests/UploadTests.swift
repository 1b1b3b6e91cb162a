import HTTPServer
import Synchronization
import Testing

@Suite struct UploadTests {
  private static let mode = HTTPBodyMode.streamed(upTo: 1 << 30)
  private static let chunk = [UInt8](repeating: 7, count: 64 << 10)

  @Test func streamsABodyLargerThanWhatMayWait() async throws {
    let handler = answering(.post, body: Self.mode) { request in
      var (bytes, largest) = (0, 0)
      for try await chunk in request.body {
        bytes += chunk.count
        largest = max(largest, chunk.count)
      }
      return .text("\(bytes) \(largest <= 300 << 10)")
    }
    try await withServer(handler) { port in
      let client = try RawClient(port: port)
      let count = 512
      try await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(count * Self.chunk.count)\r\n\r\n")
      for _ in 0..<count { try await client.send(Self.chunk) }
      #expect(try await client.response().text == "\(count * Self.chunk.count) true")
      try await client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
      try await client.send("3\r\nabc\r\n0\r\n\r\n")
      #expect(try await client.response().text == "3 true")
    }
  }

  @Test func holdsTheClientBackWhileNobodyReads() async throws {
    let go = Event<Void>()
    let handler = answering(.post, body: Self.mode) { request in
      var iterator = request.body.makeAsyncIterator()
      var bytes = try await iterator.next()?.count ?? 0
      await go.wait()
      while let chunk = try await iterator.next() { bytes += chunk.count }
      return .text("\(bytes)")
    }
    try await withServer(handler) { port in
      let client = try RawClient(port: port)
      try await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n")
      // What the kernel keeps on both sides is some megabytes; the whole body would be far more.
      let taken = try await client.sendUntilHeldBack(Self.chunk, quiet: 500)
      #expect(taken < 64 << 20)
      go.fire()
      let more = try await client.sendUntilHeldBack([UInt8](repeating: 7, count: 1), quiet: -1, upTo: 1)
      #expect(more == 1)
      client.close()
    }
  }

  @Test func answersWithoutReadingBeforeTheBodyIsSent() async throws {
    try await withServer(answering(.post, body: Self.mode) { _ in HTTPResponse(status: 401) }) { port in
      let client = try RawClient(port: port)
      try await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\nExpect: 100-continue\r\n\r\n")
      #expect(try await client.response().status == 401)
      #expect(try await client.readAll().isEmpty)
    }
  }

  @Test func continueIsSentWhenTheHandlerReads() async throws {
    let handler = answering(.post, body: Self.mode) { .text("\(try await $0.body.collect(upTo: 10).count)") }
    try await withServer(handler) { port in
      let client = try RawClient(port: port)
      try await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
      #expect(try await client.response().status == 100)
      try await client.send("abc")
      #expect(try await client.response().text == "3")
    }
  }

  @Test func answersInTheMiddleOfABody() async throws {
    let handler = answering(.post, body: Self.mode) { request in
      var iterator = request.body.makeAsyncIterator()
      _ = try await iterator.next()
      return .text("enough", status: 422)
    }
    try await withServer(handler) { port in
      let client = try RawClient(port: port)
      try await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 900000\r\n\r\n")
      for _ in 0..<13 { try await client.send(Self.chunk) }
      let response = try await client.response()
      #expect(response.status == 422)
      #expect(response.text == "enough")
    }
  }

  @Test func bodyOverTheLimitFailsTheReader() async throws {
    let handler = answering(.post, body: .streamed(upTo: 1000)) { request in
      do {
        return .text("\(try await request.body.collect(upTo: 1 << 20).count)")
      } catch let error as HTTPServerError {
        return .text("\(error.code)", status: error.status)
      }
    }
    try await withServer(handler) { port in
      let client = try RawClient(port: port)
      try await client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
      try await client.send("3e8\r\n\(String(repeating: "a", count: 1000))\r\n1\r\na\r\n0\r\n\r\n")
      let response = try await client.response()
      #expect(response.status == 413)
      #expect(response.text == "bodyTooLarge")
    }
  }

  @Test func aClientThatGoesFailsTheReader() async throws {
    let failed = Event<HTTPServerError.Code?>()
    let handler = answering(.post, body: Self.mode) { request in
      do {
        for try await _ in request.body {}
        failed.fire(nil)
      } catch let error as HTTPServerError {
        failed.fire(error.code)
      }
      return .text("")
    }
    try await withServer(handler) { port in
      let client = try RawClient(port: port)
      try await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nabc")
      client.close()
      let code = await failed.wait()
      #expect(code == .clientGone || code == .cancelled)
    }
  }

  @Test func aClientThatStopsSendingIsCutOff() async throws {
    let failed = Event<HTTPServerError.Code?>()
    let handler = answering(.post, body: Self.mode, timeout: .milliseconds(200)) { request in
      do {
        for try await _ in request.body {}
        failed.fire(nil)
      } catch let error as HTTPServerError {
        failed.fire(error.code)
      }
      return .text("")
    }
    try await withServer(handler) { port in
      let client = try RawClient(port: port)
      try await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nabc")
      // 503 where the machine is so busy that the handler has not even begun to read.
      let status = try await client.response().status
      #expect([408, 503].contains(status))
      #expect(await failed.wait() != nil)
    }
  }
}
