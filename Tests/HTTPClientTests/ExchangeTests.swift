import EventLoop
import HTTPClient
import Testing

@Suite struct ExchangeTests {
  private let client = HTTPClient.patient()

  @Test func sendsTheRequestAsGivenAndReadsTheAnswer() async throws {
    let server = try TestServer { connection in
      _ = connection.readRequest()
      let headers = "retry-AFTER:  17 \r\nContent-Length: 5\r\nX-A: 1\r\nx-a: 2\r\n"
      connection.write("HTTP/1.1 429 Slow down\r\n\(headers)\r\nhello")
      connection.waitForEnd()
    }
    let headers = [("Authorization", "Bearer t"), ("X-Empty", "")]
    let request = HTTPClientRequest.patient(
      method: .post, url: server.url("/v1/send/7?a=b"), headers: headers, body: Array("{}".utf8))
    let response = try await client.send(request)

    #expect(response.status == 429)
    #expect(response.headers["Retry-After"] == "17")
    #expect(response.headers["missing"] == nil)
    #expect(response.headers.values("X-A") == ["1", "2"])
    #expect(response.headers.map(\.name) == ["retry-AFTER", "Content-Length", "X-A", "x-a"])
    #expect(String(decoding: response.body, as: UTF8.self) == "hello")
    let seen = try #require(server.log.requests.first)
    #expect(seen.line == "POST /v1/send/7?a=b HTTP/1.1")
    #expect(seen.header("Authorization") == "Bearer t")
    #expect(seen.header("X-Empty") == "")
    #expect(seen.header("User-Agent") == "mailout")
    #expect(seen.header("Content-Type") == nil)
    #expect(seen.header("Expect") == nil)
    #expect(seen.text == "{}")
  }

  @Test func reusesOneConnection() async throws {
    let server = try TestServer(answering: { TestServer.answer($0.text) })
    for number in 0..<20 {
      let response = try await client.send(.patient(method: .post, url: server.url(), body: Array("\(number)".utf8)))
      #expect(String(decoding: response.body, as: UTF8.self) == "\(number)")
    }
    #expect(server.log.connections == 1)
  }

  @Test func leavesNothingOfOneRequestInTheNext() async throws {
    let server = try TestServer(answering: { TestServer.answer($0.line.hasPrefix("HEAD") ? "" : "x") })
    let body = Array("body".utf8)
    let steps: [(HTTPClientRequest.Method, [UInt8], [(String, String)])] = [
      (.get, [], []), (.post, body, [("X-One", "1")]), (.get, [], []), (.head, [], []), (.put, body, []),
      (.delete, [], [("X-One", "1")]), (.post, [], []), (.delete, body, []), (.patch, body, []), (.options, [], []),
      ("BREW", [], [("X-One", "2")]), (.get, [], []),
    ]
    for (method, body, headers) in steps {
      _ = try await client.send(.patient(method: method, url: server.url(), headers: headers, body: body))
    }
    #expect(server.log.requests.map(\.line) == steps.map { "\($0.0.rawValue) / HTTP/1.1" })
    #expect(server.log.requests.map(\.body) == steps.map(\.1))
    #expect(server.log.requests.map { $0.header("X-One") } == steps.map { $0.2.first?.1 })
    #expect(server.log.requests[6].header("Content-Length") == "0")
    #expect(server.log.requests[2].header("Content-Length") == nil)
  }

  @Test func readsAChunkedAnswerThatComesByteByByte() async throws {
    let server = try TestServer { connection in
      _ = connection.readRequest()
      let answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n7\r\n, world\r\n0\r\n\r\n"
      for character in answer.unicodeScalars { connection.write(String(character)) }
      connection.waitForEnd()
    }
    let response = try await client.send(.patient(url: server.url()))
    #expect(String(decoding: response.body, as: UTF8.self) == "hello, world")
  }

  @Test func keepsOnlyTheHeadersOfTheFinalAnswer() async throws {
    let server = try TestServer { connection in
      _ = connection.readRequest()
      connection.write("HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n" + TestServer.answer(headers: "X-Final: 1\r\n"))
      connection.waitForEnd()
    }
    let response = try await client.send(.patient(url: server.url()))
    #expect(response.status == 200)
    #expect(response.headers["X-Early"] == nil)
    #expect(response.headers["X-Final"] == "1")
  }

  @Test func doesNotFollowRedirects() async throws {
    let server = try TestServer(
      answering: { _ in TestServer.answer(status: "302 Found", headers: "Location: /there\r\n") })
    let response = try await client.send(.patient(url: server.url()))
    #expect(response.status == 302)
    #expect(server.log.requests.count == 1)
  }

  @Test func sendsAndReadsLargeBodies() async throws {
    let server = try TestServer(answering: { TestServer.answer($0.text) })
    let body = (0..<3_000_000).map { UInt8(ascii: "a") + UInt8($0 % 26) }
    let client = HTTPClient.patient { $0.maxResponseBytes = 3_000_000 }
    let response = try await client.send(.patient(method: .post, url: server.url(), body: body))
    #expect(response.body == body)
  }

  @Test func sendsCredentialsOfTheURL() async throws {
    let server = try TestServer(answering: { _ in TestServer.answer() })
    _ = try await client.send(.patient(url: "http://me:secret@127.0.0.1:\(server.port)/"))
    #expect(server.log.requests.first?.header("Authorization") == "Basic bWU6c2VjcmV0")
  }

  @Test(arguments: [HTTPClientConfiguration.Version.http1, .http2])
  func speaksHTTP1ToAPlainServer(_ version: HTTPClientConfiguration.Version) async throws {
    let server = try TestServer(answering: { _ in TestServer.answer() })
    let client = HTTPClient.patient { $0.version = version }
    #expect(try await client.send(.patient(url: server.url())).status == 200)
    #expect(server.log.requests.first?.line == "GET / HTTP/1.1")
  }
}
