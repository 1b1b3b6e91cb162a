import Contracts
import Messaging
import Testing

@testable import Gateway

/// The customer interface: its paths, its shapes, and errors as its framework tells them.
struct ProfileRouteTests {
  private static let kept: JSON = [
    "id": 17, "customer_id": "c-17", "email": "a@b.example", "country": "DE", "language": "de",
    "timestamp": "2026-11-26T09:00:00Z",
  ]
  private static let shown: JSON = [
    "customer_id": "c-17", "email": "a@b.example", "country": "DE", "language": "de",
    "timestamp": "2026-11-26T09:00:00Z",
  ]

  private static func answering(_ reply: JSON) -> FakeOperations {
    FakeOperations { _ throws(Problem) in OperationReply(reply) }
  }

  @Test func profilesHaveTheirShapes() async throws {
    try await TestGateway.run(Self.answering(Self.kept)) { gateway in
      let json = "application/json"
      let made = try await gateway.send("POST", "/customers", #"{"email":"a@b.example"}"#, type: json)
      #expect(made.status == 201 && made.json == Self.shown)
      #expect(made.headers["Location"] == "/customers/a%40b.example")
      #expect(gateway.operations.asked.last?.data == ["email": "a@b.example"])
      for path in ["/customers/a@b.example", "/customers/a%40b.example/"] {
        let read = try await gateway.send("GET", path)
        #expect(read.status == 200 && read.json == Self.shown)
        #expect(gateway.operations.asked.last?.data == ["email": "a@b.example"])
      }
      let changed = try await gateway.send("PUT", "/customers/a@b.example", #"{"language":"en"}"#, type: json)
      #expect(changed.status == 200 && changed.json == Self.shown)
      #expect(gateway.operations.asked.last?.data == ["email": "a@b.example", "changes": ["language": "en"]])
      let removed = try await gateway.send("DELETE", "/customers/a@b.example")
      #expect(removed.status == 200 && removed.text == "a@b.example successfully deleted")
    }
  }

  @Test func theListIsAnArrayWithALinkToTheRest() async throws {
    try await TestGateway.run(Self.answering(["items": [Self.kept], "next": "abc"])) { gateway in
      let page = try await gateway.send("GET", "/customers?limit=1&after=x")
      #expect(page.status == 200 && page.json == [Self.shown])
      #expect(page.headers["Link"] == "</customers?limit=1&after=abc>; rel=\"next\"")
      #expect(gateway.operations.asked.last?.data == ["limit": 1, "after": "x"])
      let wrong = try await gateway.send("GET", "/customers?limit=0&x=1")
      #expect(wrong.status == 400 && wrong.json?["title"] == "Bad Request")
    }
  }

  @Test(
    arguments: [
      (
        Problem.invalid([.init("/email", "is required"), .init("/changes/language", "must be two letters")]), 400,
        "Bad Request", "'email' is a required property; 'language' must be two letters", ["/email", "/language"]
      ),
      (
        Problem(.invalid, "Supported languages are ['de', 'en']"), 400, "Bad Request",
        "Supported languages are ['de', 'en']", []
      ),
      (
        Problem(.conflict, "x already exists", errors: [.init("/email", "is another's")]), 400, "Bad Request",
        "x already exists", ["/email"]
      ),
      (Problem(.conflict, "being worked on"), 409, "Conflict", "being worked on", []),
      (Problem(.notFound, "x not found"), 404, "Not Found", "x not found", []),
      (Problem(.unavailable, "away"), 503, "Service Unavailable", "away", []),
      (Problem(.throttled, "slow"), 429, "Too Many Requests", "slow", []),
    ] as [(Problem, Int, String, String, [String])])
  func errorsHaveTheirOwnShape(
    _ problem: Problem, _ status: Int, _ title: String, _ detail: String, _ pointers: [String]
  ) async throws {
    try await TestGateway.run(FakeOperations { _ throws(Problem) in throw problem }) { gateway in
      for (path, method) in [("/customers", "POST"), ("/auth/signup", "POST"), ("/auth/login", "POST")] {
        let answer = try await gateway.send(method, path, "{}", type: "application/json")
        #expect(answer.status == status)
        #expect(answer.headers["Content-Type"] == "application/problem+json")
        #expect(answer.json?["type"] == "about:blank" && answer.json?["title"] == .string(title))
        #expect(answer.json?["status"] == .integer(Int64(status)) && answer.json?["detail"] == .string(detail))
        let errors = if case .array(let errors)? = answer.json?["errors"] { errors } else { [JSON]() }
        #expect(errors.map { $0["pointer"] } == pointers.map { .string($0) })
        if status == 429 || status == 503 { #expect(answer.headers["Retry-After"] != nil) }
      }
    }
  }

  @Test func accountsAreAskedForWithoutACredential() async throws {
    let session: JSON = ["email": "a@b.example", "language": "de", "access_token": "a.b.c"]
    try await TestGateway.run(Self.answering(session)) { gateway in
      for (path, operation, status) in [
        ("/auth/signup", Operation.signUp, 201), ("/auth/login", .logIn, 200), ("/auth/refresh", .refreshSession, 200),
        ("/auth/logout/", .logOut, 204),
      ] {
        let answer = try await gateway.send("POST", path, #"{"a":1}"#, type: "application/json", token: .none)
        #expect(answer.status == status, "\(path)")
        #expect(answer.headers["Cache-Control"] == "no-store")
        let asked = try #require(gateway.operations.asked.last)
        #expect(asked.operation == operation && asked.data == ["a": 1])
        #expect(asked.caller.principal == "service:gateway" && asked.caller.scopes == [])
        #expect(asked.caller.origin == "127.0.0.1")
        #expect((asked.idempotencyKey == nil) == (operation != .signUp), "no answer with tokens is kept")
        if status == 200 { #expect(answer.json == session) }
      }
      #expect(try await gateway.send("POST", "/auth/login", "a=b", type: "text/plain", token: .none).status == 415)
      #expect(try await gateway.send("POST", "/auth/login", "{", type: "application/json", token: .none).status == 400)
      let key = [("Idempotency-Key", "mine")]
      _ = try await gateway.send("POST", "/auth/signup", "{}", type: "application/json", token: .none, headers: key)
      #expect(gateway.operations.asked.last?.idempotencyKey == "mine")
    }
  }

  /// A session's token is good for as long as the customer service says that the session goes on, and for profiles.
  @Test func aSessionIsAskedAbout() async throws {
    let operations = FakeOperations { asked throws(Problem) in
      guard asked.operation == .sessionStanding else { return OperationReply(Self.kept) }
      guard asked.data["session"] == "going-on" else { throw Problem(.notFound, "ended") }
      return OperationReply(["enabled": true, "scopes": ["profiles:read", "profiles:write"]])
    }
    try await TestGateway.run(operations) { gateway in
      let subject = "customer:1e6e817d-c3d7-432f-ae47-ed75b4744fce"
      // More scopes in the token than sessions have help nobody.
      let good = try TestTokens.token(subject: subject, session: "going-on")
      let read = try await gateway.send("GET", "/customers/a@b.example", token: good)
      #expect(read.status == 200)
      let asked = try #require(operations.asked.last)
      #expect(asked.caller.principal == subject && asked.caller.scopes == ["profiles:read", "profiles:write"])
      #expect(try await gateway.send("GET", "/api/customers", token: good).status == 403)
      #expect(try await gateway.send("GET", "/ctms?primary_email=a", token: good).status == 403)
      let ended = try TestTokens.token(subject: subject, session: "ended")
      let refused = try await gateway.send("GET", "/customers/a@b.example", token: ended)
      #expect(refused.status == 401 && refused.json?["detail"] == "The session has ended; log in again.")
      let none = try TestTokens.token(subject: subject)
      #expect(try await gateway.send("GET", "/customers/a@b.example", token: none).status == 401)
    }
  }
}
