import Contracts
import HTTPServer
import Messaging
import Security
import Testing

@testable import Gateway

@Suite struct AuthenticationTests {
  @Test func tellsWhyATokenIsRefused() async throws {
    try await TestGateway.run { gateway in
      let other = try SigningKey.generate()
      let bad = [
        try TestTokens.token(expiresIn: -1), try TestTokens.token(issuer: "else"), try TestTokens.token(key: other),
        try TestTokens.token() + "x", "a.b.c", "x",
      ]
      for token in bad {
        let answer = try await gateway.send("GET", "/api/customers/7", token: token)
        #expect(answer.status == 401)
        #expect(answer.headers["WWW-Authenticate"]?.contains("invalid_token") == true)
      }
      for header in ["", "Bearer", "Basic YTpi", "Bearer  "] {
        let answer = try await gateway.send(
          "GET", "/api/customers/7", token: .none, headers: [("Authorization", header)])
        #expect(answer.status == 401)
      }
      #expect(gateway.operations.asked.isEmpty)
      #expect(try await gateway.send("GET", "/api/customers/7").status == 200)
    }
  }

  /// Who may not is told so before the body has come. As much of it as the server reads on for: beyond that it cuts the
  /// connection, and whether the client has read the answer by then is luck.
  @Test func refusesBeforeTheBody() async throws {
    try await TestGateway.run { gateway in
      let answer = try await gateway.send(
        "POST", "/api/customers", String(repeating: " ", count: 1 << 20), type: "application/json", token: .none)
      #expect(answer.status == 401)
    }
  }

  /// Nobody fills the memory for bodies with keys made up: where there is none of it, a key is judged all the same.
  @Test func theBodyWaitsUntilItIsKnownWhoAsks() async throws {
    let good = APIKey.generate()
    let operations = FakeOperations { asked throws(Problem) in
      guard asked.operation == .verifyAPIKey else { return OperationReply(["id": 7]) }
      guard asked.data["prefix"] == .string(good.prefix) else { throw Problem(.unauthenticated, "not good") }
      return OperationReply(["scopes": ["customers:write"]])
    }
    func post(_ gateway: TestGateway, _ body: String, _ key: APIKey) async throws -> TestGateway.Answer {
      try await gateway.send(
        "POST", "/api/customers", body, type: "application/json", token: .none,
        headers: [("Authorization", "Api-Key \(key.text)")])
    }
    func withoutMemory(_ server: inout HTTPServerConfiguration) { server.maxBufferedBytes = 0 }
    try await TestGateway.run(operations, configure: withoutMemory) { gateway async throws in
      #expect(try await post(gateway, "{}", .generate()).status == 401)
      #expect(try await post(gateway, "{}", good).status == 503)
    }
    try await TestGateway.run(operations) { gateway async throws in
      // Asked about, and then known for a while.
      for _ in 0..<2 {
        #expect(try await post(gateway, #"{"phone":"1"}"#, good).status == 201)
        #expect(operations.asked.last?.data == ["phone": "1"])
      }
    }
  }

  @Test func asksForKeysItDoesNotKnow() async throws {
    let operations = FakeOperations()
    let instant = ContinuousClock.now
    let keys = KeyRing(operations: operations, rules: Gateway.tokenRules, now: { instant })
    let authenticator = Authenticator(keys: keys, revocables: RevocableDesk(operations: operations))
    let headers = HTTPHeaders([(name: "Authorization", value: "Bearer \(try TestTokens.token())")])
    #expect(try authenticator.judge(headers, for: .scope("customers:read")) == nil)
    let grant = try await authenticator.grant(headers, for: .scope("customers:read"), from: "192.0.2.1")
    #expect(grant.principal == "operator:anna")
    #expect(operations.keyQuestions == 1)

    // A forged key id makes it ask no more than once in a while.
    let forged = HTTPHeaders([
      (name: "Authorization", value: "Bearer \(try TestTokens.token(key: SigningKey.generate()))")
    ])
    for _ in 0..<10 {
      await #expect(throws: Refusal.self) {
        try await authenticator.grant(forged, for: .scope("customers:read"), from: "192.0.2.1")
      }
    }
    #expect(operations.keyQuestions == 1)
  }

  @Test func isUnavailableWithoutKeys() async throws {
    try await TestGateway.run(FakeOperations(keys: nil)) { gateway in
      let answer = try await gateway.send("GET", "/api/customers/7")
      #expect(answer.status == 503)
      #expect(answer.headers["Retry-After"] != nil)
      #expect(try await gateway.send("GET", "/.well-known/jwks.json", token: .none).status == 503)
    }
  }

  @Test func manyAskOnce() async throws {
    let operations = FakeOperations()
    let instant = ContinuousClock.now
    let keys = KeyRing(operations: operations, rules: Gateway.tokenRules, now: { instant })
    await withTaskGroup { group in
      for _ in 0..<20 { group.addTask { await keys.refresh() } }
    }
    #expect(operations.keyQuestions == 1)
    #expect(keys.jwks == TestTokens.jwks)
  }
}
