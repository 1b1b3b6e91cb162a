import HTTPServer
import Synchronization
import Testing

@Suite struct RobustnessTests {
  /// Clients that break off anywhere leave nothing behind: every request ends, once, and the server still answers.
  @Test func clientsMayBreakOffAnywhere() async throws {
    var router = Router()
    router.on(.post, "/buffered") { request, _ in .text("\(try await request.body.collect(upTo: 1 << 20).count)") }
    router.on(.post, "/streamed", body: .streamed(upTo: 1 << 30)) { request, _ in
      var count = 0
      for try await chunk in request.body { count += chunk.count }
      return .text("\(count)")
    }
    router.on(.post, "/refused", body: .streamed(upTo: 1 << 30)) { _, _ in HTTPResponse(status: 403) }
    router.on(.get, "/stream") { _, _ in
      HTTPResponse(
        status: 200,
        body: .stream { writer in
          for _ in 0..<100 { try await writer.write([UInt8](repeating: 1, count: 10_000)) }
        })
    }
    router.onInline(.post, "/inline") { _, _, body in .text("\(body.count)") }
    let requests = Self.requests
    let ended = Mutex(0)
    let all = Event<Void>()
    let counting = { (configuration: inout HTTPServerConfiguration) in
      configuration.onRequest = { _ in
        let count = ended.withLock {
          $0 += 1
          return $0
        }
        if count == 300 { all.fire() }
      }
    }
    try await withServer(router, .with(counting)) { port in
      var chance = SystemRandomNumberGenerator()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<300 {
          let request = requests.randomElement(using: &chance) ?? ""
          let cut = Int.random(in: 100...max(100, request.utf8.count), using: &chance)
          let readsFirst = Bool.random(using: &chance)
          group.addTask {
            let client = try RawClient(port: port)
            // The server may have refused and closed already.
            try? await client.send(Array(request.utf8.prefix(cut)))
            if readsFirst && cut == request.utf8.count { _ = try? await client.response() }
            client.close()
          }
        }
        try await group.waitForAll()
      }
      await all.wait()
      let client = try RawClient(port: port)
      try await client.send("POST /buffered HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc")
      #expect(try await client.response().text == "3")
    }
  }

  private static var requests: [String] {
    let whole = String(repeating: "x", count: 50_000)
    let chunk = "1000\r\n\(String(repeating: "y", count: 4096))\r\n"
    let chunks = String(repeating: chunk, count: 20) + "0\r\n\r\n"
    var requests = ["GET /stream HTTP/1.1\r\nHost: a\r\n\r\n"]
    for path in ["/buffered", "/streamed", "/refused", "/inline", "/none"] {
      requests.append("POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: 50000\r\n\r\n\(whole)")
      requests.append("POST \(path) HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\(chunks)")
    }
    return requests
  }

  @Test func manyRequestsAtOnceAreAllAnswered() async throws {
    let echo = answering(.post) { HTTPResponse(status: 200, body: .bytes(try await $0.body.collect(upTo: 100))) }
    try await withServer(echo) { port in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<64 {
          group.addTask {
            let client = try RawClient(port: port)
            let bodies = (0..<50).map { "\(number)-\($0)" }
            try await client.send(
              bodies.map { "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \($0.utf8.count)\r\n\r\n\($0)" }.joined())
            for body in bodies { #expect(try await client.response().text == body) }
          }
        }
        try await group.waitForAll()
      }
    }
  }
}
