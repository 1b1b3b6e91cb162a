import HTTPServer
import Testing

@Suite struct MalformedRequestTests {
  @Test(arguments: [
    "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /%4 HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /a%00b HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /a\0b HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /%ff%fe HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /a/../b HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /a/%2e%2E/b HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /a/..%2fb HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /a/x%5c..%5Cb HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /? HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    "GET /?a=%0 HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /?a=%00 HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /\u{7F} HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /é HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET relative HTTP/1.1\r\nHost: a\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1x\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "GET / HTTP/1.1\r\n\r\n",
    "GET / HTTP/1.1\r\nno colon\r\nHost: a\r\n\r\n",
  ]) func isAnswered400(_ text: String) async throws {
    try await withServer(answering(.get) { _ in .text("fine") }) { port in
      let client = try RawClient(port: port)
      try await client.send(text)
      #expect(try await client.response().status == 400)
      try await expectAlive(port)
    }
  }

  @Test(arguments: [
    "\0\0\0\0\r\n\r\n",
    "\u{16}\u{03}\u{01}\u{02}\r\n\r\n",
    "GET\r\n\r\n",
    "GET / HTTP/9.9\r\nHost: a\r\n\r\n",
    "GET / / HTTP/1.1\r\nHost: a\r\n\r\n",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  ]) func isRefusedOrClosed(_ text: String) async throws {
    try await withServer(answering { _ in .text("fine") }, .with { $0.idleTimeout = .milliseconds(300) }) { port in
      let client = try RawClient(port: port)
      try await client.send(text)
      let answer = try await client.readAll()
      #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 4") || answer.hasPrefix("HTTP/1.1 505"))
      try await expectAlive(port)
    }
  }

  @Test func headerFloodsAreRefused() async throws {
    try await withServer(answering(.get) { _ in .text("fine") }) { port in
      let client = try RawClient(port: port)
      // The server may close while this is still being sent.
      try? await client.send("GET / HTTP/1.1\r\nHost: a\r\n")
      try? await client.send(String(repeating: "X-Flood: \(String(repeating: "f", count: 90))\r\n", count: 2000))
      let answer = try await client.readAll()
      #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 431"))
      try await expectAlive(port)
    }
  }

  @Test func endlessTargetsAreRefused() async throws {
    try await withServer(answering(.get) { _ in .text("fine") }) { port in
      let client = try RawClient(port: port)
      try? await client.send("GET /" + String(repeating: "a", count: 200_000))
      let answer = try await client.readAll()
      #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 414") || answer.hasPrefix("HTTP/1.1 431"))
      try await expectAlive(port)
    }
  }

  /// The library keeps an entry for each parameter, and where it has no memory for one it answers nothing at all.
  @Test(arguments: [1, 100, 150, 200, 230, 250, 300, 1000, 5000], [0, 20])
  func anyNumberOfParametersIsAnswered(_ count: Int, _ length: Int) async throws {
    let query = Array(repeating: "a=" + String(repeating: "x", count: length), count: count).joined(separator: "&")
    // Where there is no answer, the connection ends by this.
    try await withServer(answering { _ in .text("fine") }, .with { $0.idleTimeout = .seconds(60) }) { port in
      let client = try RawClient(port: port)
      // The server may close while this is still being sent.
      try? await client.send("GET /?\(query) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
      let answer = try await client.readAll()
      #expect(answer.hasPrefix(count <= 100 ? "HTTP/1.1 200" : "HTTP/1.1 "), "\(count) of \(length)")
      try await expectAlive(port)
    }
  }

  private func expectAlive(_ port: Int) async throws {
    let (_, response) = try await RawClient.answered("GET /alive HTTP/1.1\r\nHost: a\r\n\r\n", by: port)
    #expect(response.text == "fine")
  }
}
