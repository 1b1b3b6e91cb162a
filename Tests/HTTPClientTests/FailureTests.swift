import Glibc
import HTTPClient
import Testing

@Suite struct FailureTests {
  private let client = HTTPClient.patient { $0.maxResponseBytes = 1000 }

  private func post(_ url: String, timeout: Duration = .seconds(600)) -> HTTPClientRequest {
    HTTPClientRequest(method: .post, url: url, body: Array("body".utf8), timeout: timeout)
  }

  @Test func refusedConnection() async throws {
    let (descriptor, port) = try Sockets.bind()
    defer { close(descriptor) }
    let error = try await failure(of: client, post("http://127.0.0.1:\(port)/"))
    #expect(error.code == .connect)
    #expect(!error.requestMayHaveLeft)
    #expect(error.origin == "http://127.0.0.1:\(port)")
  }

  @Test func unknownHost() async throws {
    let error = try await failure(of: client, post("http://nosuch.invalid/"))
    #expect(error.code == .resolve)
    #expect(!error.requestMayHaveLeft)
  }

  @Test func noHandshake() async throws {
    let server = try TestServer { connection in
      connection.write("I do not speak TLS, and never shall.\r\n")
      connection.waitForEnd()
    }
    let error = try await failure(of: client, post(server.url(scheme: "https")))
    #expect(error.code == .tls)
    #expect(!error.requestMayHaveLeft)
  }

  @Test func connectTimeout() async throws {
    let server = try TestServer { $0.waitForEnd() }
    let client = HTTPClient(configuration: HTTPClientConfiguration(connectTimeout: .milliseconds(50)))
    let error = try await failure(of: client, post(server.url(scheme: "https")))
    #expect(error.code == .timeout)
    #expect(!error.requestMayHaveLeft)
  }

  @Test func totalTimeoutDuringTheHandshake() async throws {
    let server = try TestServer { $0.waitForEnd() }
    let error = try await failure(of: client, post(server.url(scheme: "https"), timeout: .milliseconds(50)))
    #expect(error.code == .timeout)
    #expect(!error.requestMayHaveLeft)
  }

  @Test func timeoutAfterTheRequestHasLeft() async throws {
    let server = try TestServer { connection in
      _ = connection.readRequest()
      connection.waitForEnd()
    }
    let error = try await timeoutOnceSeen(by: server)
    #expect(error.code == .timeout)
    #expect(error.requestMayHaveLeft)
  }

  @Test func timeoutInTheMiddleOfTheAnswer() async throws {
    let server = try TestServer { connection in
      _ = connection.readRequest()
      connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
      connection.waitForEnd()
    }
    let error = try await timeoutOnceSeen(by: server)
    #expect(error.code == .timeout)
    #expect(error.requestMayHaveLeft)
  }

  /// The error of a call that the server has seen: on a busy machine a short time may pass before the call begins.
  private func timeoutOnceSeen(by server: TestServer) async throws -> HTTPClientError {
    var timeout = Duration.milliseconds(50)
    while true {
      let path = "/\(timeout)".replacing(" ", with: "")
      let error = try await failure(of: client, post(server.url(path), timeout: timeout))
      if server.log.requests.contains(where: { $0.line.contains(path) }) { return error }
      timeout *= 4
    }
  }

  @Test(arguments: [Duration.zero, .seconds(-1), .nanoseconds(1)])
  func noTimeToSend(_ timeout: Duration) async throws {
    let server = try TestServer(answering: { _ in TestServer.answer() })
    let error = try await failure(of: client, post(server.url(), timeout: timeout))
    #expect(error.code == .timeout)
    #expect(!error.requestMayHaveLeft)
    #expect(server.log.requests.isEmpty)
  }

  @Test func brokenOffConnection() async throws {
    let server = try TestServer { connection in
      _ = connection.readRequest()
      connection.reset()
    }
    let error = try await failure(of: client, post(server.url()))
    #expect(error.code == .reset)
    #expect(error.requestMayHaveLeft)
    #expect(server.log.requests.count == 1)
  }

  @Test func connectionThatEndsInTheMiddleOfTheAnswer() async throws {
    let server = try TestServer { connection in
      _ = connection.readRequest()
      connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
    }
    let error = try await failure(of: client, post(server.url()))
    #expect(error.code == .reset)
    #expect(error.requestMayHaveLeft)
  }

  @Test(arguments: ["220 smtp.example.com ESMTP\r\n", "HTTP/1.1 OK\r\n\r\n", "\u{1}\u{2}\r\n\r\n"])
  func garbageForAStatusLine(_ garbage: String) async throws {
    let server = try TestServer { connection in
      _ = connection.readRequest()
      connection.write(garbage)
    }
    let error = try await failure(of: client, post(server.url()))
    #expect(error.code == .protocol)
    #expect(error.requestMayHaveLeft)
  }

  @Test func endlessHeaders() async throws {
    let server = try TestServer { connection in
      _ = connection.readRequest()
      let header = "X-Filler: " + String(repeating: "x", count: 1000) + "\r\n"
      connection.write("HTTP/1.1 200 OK\r\n" + String(repeating: header, count: 80))
      connection.waitForEnd()
    }
    let error = try await failure(of: client, post(server.url()))
    #expect(error.code == .protocol)
    #expect(error.requestMayHaveLeft)
  }

  @Test func bodyLargerThanAllowed() async throws {
    let server = try TestServer { connection in
      _ = connection.readRequest()
      connection.write(TestServer.answer(String(repeating: "x", count: 1001)))
      connection.waitForEnd()
    }
    let error = try await failure(of: client, post(server.url()))
    #expect(error.code == .bodyTooLarge)
    #expect(error.requestMayHaveLeft)
  }

  @Test func bodyWithoutLengthLargerThanAllowed() async throws {
    let server = try TestServer { connection in
      _ = connection.readRequest()
      connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
      for _ in 0..<3 { connection.write("1f4\r\n\(String(repeating: "x", count: 500))\r\n") }
      connection.waitForEnd()
    }
    let error = try await failure(of: client, post(server.url()))
    #expect(error.code == .bodyTooLarge)
    #expect(error.requestMayHaveLeft)
  }

  @Test func largestBodyAllowed() async throws {
    let server = try TestServer(answering: { _ in TestServer.answer(String(repeating: "x", count: 1000)) })
    #expect(try await client.send(post(server.url())).body.count == 1000)
  }

  @Test func clientGoesOnAfterFailures() async throws {
    let server = try TestServer { connection in
      while let request = connection.readRequest() {
        if request.line.contains("/bad") { return connection.reset() }
        connection.write(TestServer.answer())
      }
    }
    for _ in 0..<5 {
      #expect(try await failure(of: client, post(server.url("/bad"))).code == .reset)
      #expect(try await client.send(post(server.url("/good"))).status == 200)
    }
  }
}
