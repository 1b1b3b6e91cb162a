import HTTPServer
import Synchronization
import Testing

@Suite struct DownloadTests {
  @Test func streamsChunksAsTheyAreWritten() async throws {
    let go = Event<Void>()
    let handler = answering { _ in
      HTTPResponse(
        status: 200,
        body: .stream { writer in
          try await writer.write(Array("one ".utf8))
          await go.wait()
          try await writer.write(Array("two".utf8))
        })
    }
    try await withServer(handler) { port in
      let client = try RawClient(port: port)
      try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      // The first chunk arrives while the second is held back: the header and "4\r\none \r\n".
      #expect(try await client.read(until: "one \r\n").contains("Transfer-Encoding: chunked"))
      go.fire()
      #expect(try await client.read(until: "0\r\n\r\n").contains("two"))
      try await client.send("GET /again HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(try await client.response().text == "one two")
    }
  }

  @Test func headOfAStreamIsAHeaderAlone() async throws {
    let handler = answering { _ in HTTPResponse(status: 200, body: .stream { try await $0.write([1]) }) }
    try await withServer(handler) { port in
      let client = try RawClient(port: port)
      try await client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
      let answer = try await client.readAll()
      #expect(answer.hasPrefix("HTTP/1.1 200"))
      #expect(answer.hasSuffix("\r\n\r\n"))
      #expect(answer.split(separator: "\r\n\r\n").count == 1)
    }
  }

  @Test func sendsSequences() async throws {
    let handler = answering { _ in
      let (stream, continuation) = AsyncStream.makeStream(of: [UInt8].self)
      for number in 1...3 { continuation.yield(Array("\(number);".utf8)) }
      continuation.finish()
      return HTTPResponse(status: 200, body: .stream(stream))
    }
    try await withServer(handler) { port in
      let client = try RawClient(port: port)
      try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(try await client.response().text == "1;2;3;")
    }
  }

  @Test func holdsTheWriterBackWhileTheClientDoesNotRead() async throws {
    let written = Mutex(0)
    let ended = Event<Bool>()
    let handler = answering { _ in
      HTTPResponse(
        status: 200,
        body: .stream { writer in
          do {
            while true {
              try await writer.write([UInt8](repeating: 7, count: 64 << 10))
              written.withLock { $0 += 64 << 10 }
            }
          } catch {
            ended.fire(Task.isCancelled)
            throw error
          }
        })
    }
    try await withServer(handler) { port in
      let client = try RawClient(port: port)
      try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      var last = -1
      // Held back when a while has passed without progress.
      while written.withLock({ $0 }) != last {
        last = written.withLock { $0 }
        try await Task.sleep(for: .milliseconds(200))
      }
      #expect(last < 64 << 20)
      client.close()
      #expect(await ended.wait())
    }
  }

  @Test func anErrorCutsTheConnection() async throws {
    struct Broken: Error {}
    let handler = answering { _ in
      HTTPResponse(
        status: 200,
        body: .stream { writer in
          try await writer.write(Array("part".utf8))
          throw Broken()
        })
    }
    try await withServer(handler) { port in
      let client = try RawClient(port: port)
      try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(try await !client.readAll().hasSuffix("0\r\n\r\n"))
    }
  }

  @Test func aClientThatGoesCancelsASilentWriter() async throws {
    let ended = Event<Void>()
    let handler = answering { _ in
      HTTPResponse(
        status: 200,
        body: .stream { writer in
          try await writer.write(Array("hello".utf8))
          await untilCancelled()
          ended.fire()
        })
    }
    try await withServer(handler) { port in
      let client = try RawClient(port: port)
      try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      _ = try await client.read(until: "hello")
      client.close()
      await ended.wait()
    }
  }
}
