import Contracts
import HTTPServer
import Messaging
import Testing

@testable import Gateway

/// The browser's way to the provider and back.
@Suite struct ExternalLoginRouteTests {
  @Test func sendsTheBrowserAwayWithACookie() async throws {
    let operations = FakeOperations { _ in
      OperationReply(["location": "https://id.example.com/a?b=c", "binding": "b1", "secure": true, "expires_in": 600])
    }
    try await TestGateway.run(operations) { gateway in
      let answer = try await gateway.send("GET", "/auth/oidc/login?return_to=https://evil.example.com", token: .none)
      #expect(answer.status == 302)
      #expect(answer.headers["Location"] == "https://id.example.com/a?b=c")
      #expect(
        answer.headers["Set-Cookie"]
          == "mailout_login=b1; Path=/auth/oidc; Max-Age=600; HttpOnly; SameSite=Lax; Secure")
      #expect(answer.headers["Cache-Control"] == "no-store")
      #expect(operations.asked.last?.data == ["address": "127.0.0.1"])
    }
  }

  @Test func bringsBackWhatTheProviderAndTheCookieSay() async throws {
    let operations = FakeOperations { _ in OperationReply(["access_token": "a", "token_type": "bearer"]) }
    try await TestGateway.run(operations) { gateway in
      let answer = try await gateway.send(
        "GET", "/auth/oidc/callback?state=s&code=c&iss=https%3A%2F%2Fid.example.com&session_state=x", token: .none,
        headers: [("Cookie", "other=1; mailout_login=b1; mailout_login=b2")])
      #expect(answer.status == 200)
      #expect(answer.json?["access_token"] == "a")
      #expect(answer.headers["Cache-Control"] == "no-store")
      #expect(answer.headers["Referrer-Policy"] == "no-referrer")
      #expect(answer.headers["Set-Cookie"]?.contains("Max-Age=0") == true)
      #expect(
        operations.asked.last?.data == [
          "state": "s", "code": "c", "issuer": "https://id.example.com", "binding": "b1", "address": "127.0.0.1",
        ])
      #expect(operations.asked.last?.idempotencyKey == nil)
      _ = try await gateway.send("GET", "/auth/oidc/callback?error=access_denied&state=s&code=", token: .none)
      #expect(operations.asked.last?.data == ["state": "s", "error": "access_denied", "address": "127.0.0.1"])
    }
  }

  /// A browser gets a page: with the tokens as data that no text of theirs can end, and no script of its own.
  @Test func takesABrowserOnToTheWebUI() async throws {
    let operations = FakeOperations { _ in OperationReply(["access_token": "a</script>b", "token_type": "bearer"]) }
    try await TestGateway.run(operations) { gateway in
      let answer = try await gateway.send(
        "GET", "/auth/oidc/callback?state=s&code=c", token: .none,
        headers: [("Accept", "text/html,application/xhtml+xml,*/*;q=0.8"), ("Cookie", "mailout_login=b1")])
      #expect(answer.status == 200)
      #expect(answer.headers["Content-Type"] == "text/html; charset=utf-8")
      #expect(answer.headers["Cache-Control"] == "no-store")
      #expect(answer.headers["Set-Cookie"]?.contains("Max-Age=0") == true)
      #expect(answer.headers["Content-Security-Policy"]?.contains("script-src 'self';") == true)
      #expect(answer.text.contains(#"{"access_token":"a\u003c/script>b","token_type":"bearer"}"#))
      #expect(answer.text.contains(#"<script src="/docs/logged-in.js"></script>"#))
    }
    let refusing = FakeOperations { _ throws(Problem) in throw Problem(.unauthenticated, "Not <you>.") }
    try await TestGateway.run(refusing) { gateway in
      let answer = try await gateway.send(
        "GET", "/auth/oidc/callback?state=s&code=c", token: .none, headers: [("Accept", "text/html")])
      #expect(answer.status == 401)
      #expect(answer.text.contains("<p>Not &lt;you&gt;.</p>"))
      #expect(answer.headers["Set-Cookie"]?.contains("Max-Age=0") == true)
    }
  }

  @Test(arguments: [
    (Problem.Code.notFound, 404), (.unauthenticated, 401), (.forbidden, 403), (.unavailable, 503), (.throttled, 429),
  ])
  func tellsWhyNot(code: Problem.Code, status: Int) async throws {
    try await TestGateway.run(FakeOperations { _ throws(Problem) in throw Problem(code, "because") }) { gateway in
      for path in ["/auth/oidc/login", "/auth/oidc/callback?state=s&code=c"] {
        let answer = try await gateway.send("GET", path, token: .none)
        #expect(answer.status == status)
        #expect(answer.problem("detail") == "because")
      }
    }
  }
}
