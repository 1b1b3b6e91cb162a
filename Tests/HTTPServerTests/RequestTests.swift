import HTTPServer
import Testing

@Suite struct RequestTests {
  private var echo: Router {
    answering(.post) { request in
      let body = try await request.body.collect(upTo: 1 << 20)
      return HTTPResponse(status: 201, headers: ["X-Length": "\(body.count)"], body: .bytes(body))
    }
  }

  @Test func answersWithStatusHeadersAndBody() async throws {
    try await withServer(echo) { port in
      let client = try RawClient(port: port)
      try await client.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello")
      let response = try await client.response()
      #expect(response.status == 201)
      #expect(response["X-Length"] == "5")
      #expect(response["Content-Length"] == "5")
      #expect(response.text == "hello")
    }
  }

  @Test func keepsConnectionsAndAnswersPipelinedRequestsInOrder() async throws {
    try await withServer(answering { .text($0.path) }) { port in
      let client = try RawClient(port: port)
      let requests = (1...20).map { "GET /\($0) HTTP/1.1\r\nHost: a\r\n\r\n" }
      try await client.send(requests.joined())
      for number in 1...20 { #expect(try await client.response().text == "/\(number)") }
    }
  }

  @Test func readsChunkedBodies() async throws {
    try await withServer(echo) { port in
      let client = try RawClient(port: port)
      try await client.send("POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
      try await client.send("5\r\nhello\r\n7;ext=1\r\n, world\r\n0\r\n\r\n")
      #expect(try await client.response().text == "hello, world")
    }
  }

  @Test func passesTheRequestOn() async throws {
    let handler = answering { request in
      let parts = [
        request.method.rawValue, request.path, request.segments.joined(separator: "|"),
        request.query.values("tag").joined(separator: "+"), request.query["empty"] ?? "none",
        request.headers["x-one"] ?? "none", request.headers.values("X-Two").joined(separator: "+"),
        request.remoteAddress,
      ]
      return .text(parts.joined(separator: "\n"))
    }
    try await withServer(handler) { port in
      let client = try RawClient(port: port)
      try await client.send(
        "GET /a%20b/%C3%A9?tag=x+y&tag=%26&empty HTTP/1.1\r\nHost: a\r\nX-ONE: 1\r\nx-two: 2\r\nX-Two: 3\r\n\r\n")
      let lines = try await client.response().text.split(separator: "\n").map(String.init)
      #expect(lines == ["GET", "/a%20b/%C3%A9", "a b|é", "x y+&", "", "1", "2+3", "127.0.0.1"].filter { !$0.isEmpty })
    }
  }

  @Test func headHasTheHeaderOfGetAlone() async throws {
    try await withServer(answering { _ in .text("four") }) { port in
      let client = try RawClient(port: port)
      try await client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n")
      let head = try await client.response(bodyless: true)
      #expect(head.status == 200)
      #expect(head["Content-Length"] == "4")
      #expect(try await client.response().text == "four")
    }
  }

  @Test func inlineRoutesAnswerOnTheServersThread() async throws {
    var router = Router()
    router.onInline(.post, "/v1/send/{id}") { request, path, body in
      let id = try path.require("id", as: Int64.self)
      return .text("\(id) \(body.count) \(request.headers["Host"] ?? "")")
    }
    try await withServer(router) { port in
      let client = try RawClient(port: port)
      try await client.send("POST /v1/send/7 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc")
      #expect(try await client.response().text == "7 3 a")
      try await client.send("POST /v1/send/seven HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc")
      #expect(try await client.response().status == 404)
    }
  }

  @Test func headerInjectionIsLeftOut() async throws {
    let handler = answering { _ in
      HTTPResponse(status: 200, headers: ["X-Bad": "a\r\nX-Injected: 1", "X-Good": "b"])
    }
    try await withServer(handler) { port in
      let client = try RawClient(port: port)
      try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      let response = try await client.response()
      #expect(response["X-Injected"] == nil)
      #expect(response["X-Good"] == "b")
    }
  }

  @Test func aCutAnswerClosesTheConnection() async throws {
    try await withServer(answering { _ in HTTPResponse(status: 200, body: .cut) }) { port in
      let client = try RawClient(port: port)
      try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(try await client.readAll().isEmpty)
    }
  }

  @Test func impossibleStatusBecomes500() async throws {
    try await withServer(answering { _ in HTTPResponse(status: 42) }) { port in
      let client = try RawClient(port: port)
      try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(try await client.response().status == 500)
    }
  }
}
