import Contracts
import FoundationEssentials
import Messaging
import Security
import Testing

@testable import Customer

/// How customers sign up, log in, stay logged in, and log out.
struct CustomerAccountTests {
  static let password = "correct horse"
  static let anna: JSON = ["email": "anna@example.com", "password": .string(password), "language": "de"]

  static func problem(
    _ fixture: CustomerFixture, _ operation: Contracts.Operation, _ data: JSON, origin: String? = nil,
    isRedelivered: Bool = false
  ) async throws -> Problem? {
    do {
      _ = try await fixture.call(
        operation, data, principal: "service:gateway", scopes: [], origin: origin, isRedelivered: isRedelivered)
      return nil
    } catch let problem as Problem {
      return problem
    }
  }

  static func logIn(
    _ fixture: CustomerFixture, _ email: String = "anna@example.com", _ password: String = password,
    origin: String? = "192.0.2.1"
  ) async throws -> JSON {
    let data: JSON = ["email": .string(email), "password": .string(password)]
    return try JSON.parse(
      try await fixture.call(.logIn, data, principal: "service:gateway", scopes: [], origin: origin).body)
  }

  static func text(_ json: JSON, _ name: String) throws -> String {
    guard case .string(let text)? = json[name] else { throw Problem(.internal, "no \(name) in \(json)") }
    return text
  }

  private struct Claims: Decodable, Sendable {
    let sub: String
    let scope: String
    let sid: String
  }

  static func sessionID(_ fixture: CustomerFixture, _ session: JSON) async throws -> String {
    try await claims(fixture, session).sid
  }

  private static func claims(_ fixture: CustomerFixture, _ session: JSON) async throws -> Claims {
    let keys = try KeySet(jwks: try await fixture.call(.tokenKeys, [:]).body)
    let verifier = TokenVerifier(keys: keys, rules: TokenRules(issuer: TokenIssuer.issuer))
    return try JSONDecoder().decode(Claims.self, from: Data(try verifier.verify(try text(session, "access_token"))))
  }

  static func goesOn(_ fixture: CustomerFixture, _ session: String) async throws -> Bool {
    try await problem(fixture, .sessionStanding, ["session": .string(session)]) == nil
  }

  @Test func aCustomerAndTheirAccountInOneStep() async throws {
    try await CustomerFixture.with { fixture in
      let made = try await fixture.json(.signUp, Self.anna)
      #expect(made["email"] == "anna@example.com" && made["language"] == "de" && made["password"] == nil)
      #expect(try await fixture.json(.readProfile, ["email": "anna@example.com"]) == made)
      let session = try await Self.logIn(fixture, "ANNA@example.com")
      #expect(session["email"] == "anna@example.com" && session["language"] == "de")
      #expect(session["token_type"] == "bearer" && session["expires_in"] == 1800)
      let claims = try await Self.claims(fixture, session)
      #expect(claims.sub == "customer:\(try Self.text(made, "customer_id"))")
      #expect(claims.scope == "profiles:read profiles:write")
      #expect(try await Self.goesOn(fixture, claims.sid))
    }
  }

  @Test func aCustomerWhoIsKnownDoesNotSignUp() async throws {
    try await CustomerFixture.with { fixture in
      _ = try await fixture.call(.createCustomer, ["email": "anna@example.com"])
      let refused = try await Self.problem(fixture, .signUp, Self.anna)
      #expect(refused?.code == .conflict && refused?.detail == "Customer with email anna@example.com already exists")
      #expect(try await fixture.count("select count(*) from customer.account") == 0, "nobody takes over another")
      #expect(
        try await Self.problem(fixture, .logIn, ["email": "anna@example.com", "password": "x"])
          == Problem(.notFound, "anna@example.com not found"))
    }
  }

  @Test func signingUpIsOnceUnderItsKey() async throws {
    try await CustomerFixture.with { fixture in
      let first = try await fixture.json(.signUp, Self.anna, key: "1")
      #expect(try await fixture.json(.signUp, Self.anna, key: "1") == first)
      // The same key of somebody else is another key.
      _ = try await fixture.json(.signUp, ["email": "bob@example.com", "password": "12345678"], key: "1")
      #expect(try await Self.problem(fixture, .signUp, Self.anna)?.code == .conflict)
      #expect(try await fixture.count("select count(*) from customer.account") == 2)
    }
  }

  @Test func ofManyAtOnceOneSignsUp() async throws {
    try await CustomerFixture.with { fixture in
      let outcomes = try await withThrowingTaskGroup(of: Problem.Code?.self) { group in
        for _ in 0..<8 { group.addTask { try await Self.problem(fixture, .signUp, Self.anna)?.code } }
        return try await group.reduce(into: [Problem.Code?]()) { $0.append($1) }
      }
      #expect(outcomes.count { $0 == nil } == 1 && outcomes.count { $0 == .conflict } == 7)
    }
  }

  @Test func faultsOfASignUp() async throws {
    try await CustomerFixture.with { fixture in
      func pointers(_ data: JSON) async throws -> [String] {
        (try await Self.problem(fixture, .signUp, data)?.errors.map(\.pointer) ?? []).sorted()
      }
      #expect(try await pointers([:]) == ["/email", "/password"])
      #expect(
        try await pointers(["email": "x", "password": "1234567", "customer_id": "c"]) == [
          "/customer_id", "/email", "/password",
        ])
      let long = JSON.string(String(repeating: "é", count: 600))
      let tooLong = try await Self.problem(fixture, .signUp, ["email": "a@b.example", "password": long])
      #expect(tooLong?.errors.first?.detail == "must have at most 1024 bytes")
    }
  }

  @Test func wrongPasswordsAreRefusedAndThrottledByAccountAndAddress() async throws {
    try await CustomerFixture.with { fixture in
      _ = try await fixture.call(.signUp, Self.anna)
      let wrong: JSON = ["email": "anna@example.com", "password": "wrong"]
      for number in 0..<LoginThrottle.accountLimit {
        #expect(
          try await Self.problem(fixture, .logIn, wrong, origin: "192.0.2.\(number)")
            == Problem(.unauthenticated, "anna@example.com failed to log in"))
      }
      let problem = await #expect(throws: Problem.self) { try await Self.logIn(fixture, "Anna@example.com") }
      #expect(problem?.code == .throttled, "even the right password waits")
      // Another copy of the service knows it too.
      await #expect(throws: Problem.self) {
        try await LoginThrottle(pool: fixture.pool).begin(username: "customer:ANNA@example.com", address: nil)
      }
      for number in 0..<LoginThrottle.addressLimit {
        let data: JSON = ["email": .string("n\(number)@example.com"), "password": "x"]
        #expect(try await Self.problem(fixture, .logIn, data, origin: "198.51.100.1")?.code == .notFound)
      }
      #expect(
        try await Self.problem(fixture, .logIn, ["email": "m@example.com", "password": "x"], origin: "198.51.100.1")?
          .code == .throttled)
      try await fixture.pool.query("update customer.login_failure set window_started_at = now() - interval '1 hour'")
      _ = try await Self.logIn(fixture)
    }
  }

  @Test func signUpsAreThrottledByAddress() async throws {
    try await CustomerFixture.with { fixture in
      _ = try await fixture.call(.signUp, Self.anna)
      for _ in 0..<SignUpHandlers.addressLimit {
        #expect(try await Self.problem(fixture, .signUp, Self.anna, origin: "192.0.2.1")?.code == .conflict)
      }
      #expect(try await Self.problem(fixture, .signUp, Self.anna, origin: "192.0.2.1")?.code == .throttled)
      #expect(try await Self.problem(fixture, .signUp, Self.anna, origin: "192.0.2.2")?.code == .conflict)
    }
  }

  @Test func aRefreshTokenIsGoodForOneUseAndTheSecondEndsItsSession() async throws {
    try await CustomerFixture.with { fixture in
      _ = try await fixture.call(.signUp, Self.anna)
      let begun = try await Self.logIn(fixture)
      let other = try await Self.logIn(fixture)
      let session = try await Self.sessionID(fixture, begun)
      let first = try Self.text(begun, "refresh_token")
      let renewed = try await fixture.json(.refreshSession, ["refresh_token": .string(first)])
      #expect(renewed["email"] == "anna@example.com" && renewed["language"] == "de")
      #expect(try await Self.sessionID(fixture, renewed) == session)
      let second = try Self.text(renewed, "refresh_token")
      #expect(try await Self.problem(fixture, .refreshSession, ["refresh_token": "unknown"])?.code == .unauthenticated)
      #expect(try await Self.goesOn(fixture, session))
      for token in [first, second] {
        #expect(
          try await Self.problem(fixture, .refreshSession, ["refresh_token": .string(token)])?.code
            == .unauthenticated)
        #expect(try await !Self.goesOn(fixture, session))
      }
      #expect(
        try await Self.problem(
          fixture, .refreshSession, ["refresh_token": .string(try Self.text(other, "refresh_token"))]) == nil)
    }
  }

  /// The broker gives a request again whose worker was lost: nobody has stolen its token.
  @Test func aRequestThatTheBrokerRepeatsEndsNoSession() async throws {
    try await CustomerFixture.with { fixture in
      _ = try await fixture.call(.signUp, Self.anna)
      let begun = try await Self.logIn(fixture)
      let token: JSON = ["refresh_token": .string(try Self.text(begun, "refresh_token"))]
      let session = try await Self.sessionID(fixture, begun)
      // Its worker was lost before it had done anything, and after.
      #expect(try await Self.problem(fixture, .refreshSession, token, isRedelivered: true) == nil)
      #expect(try await Self.problem(fixture, .refreshSession, token, isRedelivered: true)?.code == .unavailable)
      #expect(try await Self.goesOn(fixture, session))

      let reset: JSON = [
        "email": "anna@example.com", "password": "a new password", "old_password": .string(Self.password),
      ]
      _ = try await fixture.call(.resetPassword, reset)
      #expect(try await Self.problem(fixture, .resetPassword, reset, isRedelivered: true)?.code == .unavailable)
      let byToken: JSON = ["email": "anna@example.com", "password": "a new password", "token": "used"]
      #expect(
        try await Self.problem(fixture, .resetPassword, byToken, origin: "192.0.2.1", isRedelivered: true)?.code
          == .unavailable)
      #expect(
        try await fixture.count("select count(*) from customer.login_failure where failures > 0") == 0,
        "no try of anybody's")
      #expect(try await fixture.count("select count(*) from customer.audit where result = 'refused'") == 0)
    }
  }

  @Test func loggingOutEndsTheSession() async throws {
    try await CustomerFixture.with { fixture in
      _ = try await fixture.call(.signUp, Self.anna)
      let begun = try await Self.logIn(fixture)
      let session = try await Self.sessionID(fixture, begun)
      let token = try #require(begun["refresh_token"])
      for _ in 1...2 { _ = try await fixture.call(.logOut, ["refresh_token": token]) }
      #expect(try await !Self.goesOn(fixture, session))
      #expect(try await Self.problem(fixture, .refreshSession, ["refresh_token": token])?.code == .unauthenticated)
    }
  }

  @Test func expiredTokensAndRemovedCustomersRefreshNoMore() async throws {
    try await CustomerFixture.with { fixture in
      _ = try await fixture.call(.signUp, Self.anna)
      let expired = try #require(try await Self.logIn(fixture)["refresh_token"])
      try await fixture.pool.query("update customer.session_token set expires_at = now()")
      #expect(try await Self.problem(fixture, .refreshSession, ["refresh_token": expired])?.code == .unauthenticated)
      let begun = try await Self.logIn(fixture)
      _ = try await fixture.call(.deleteProfile, ["email": "anna@example.com"])
      #expect(try await !Self.goesOn(fixture, try await Self.sessionID(fixture, begun)))
      for table in ["account", "session", "session_token"] {
        #expect(try await fixture.count("select count(*) from customer.\(raw: table)") == 0, "\(table)")
      }
    }
  }

  @Test func nothingSecretIsKeptAndTheAuditLogHasAll() async throws {
    try await CustomerFixture.with { fixture in
      _ = try await fixture.call(.signUp, Self.anna, key: "one", principal: "service:gateway", scopes: [])
      let begun = try await Self.logIn(fixture)
      _ = try await Self.problem(fixture, .logIn, ["email": "anna@example.com", "password": "wrong password"])
      let token = try Self.text(begun, "refresh_token")
      let id = try #require(try await fixture.json(.readProfile, ["email": "anna@example.com"])["id"])
      for table in ["account", "session", "session_token", "idempotency", "audit", "event", "login_failure"] {
        for row in try await fixture.pool.query("select t::text from customer.\(raw: table) t") {
          let text = try row[0, as: String.self]
          for secret in [Self.password, "wrong password", token] { #expect(!text.contains(secret), "\(table)") }
        }
      }
      let bodies = try await fixture.pool.query("select convert_from(body, 'UTF8') from customer.idempotency")
      for row in bodies { #expect(try !row[0, as: String.self].contains(Self.password)) }
      let lines = try await fixture.pool.query(
        "select operation || ' ' || subject_id || ' ' || result from customer.audit order by id"
      ).map { try $0[0, as: String.self] }
      guard case .integer(let number) = id else { throw Problem(.internal, "no id") }
      // A digest of the address would be as good as the address.
      #expect(try await fixture.count("select count(*) from customer.audit where principal <> 'anonymous'") == 0)
      #expect(
        try await fixture.count("select count(*) from customer.idempotency where principal like 'anonymous:%'") == 1)
      #expect(
        lines == [
          "account.sign-up.v1 \(number) done", "account.log-in.v1 \(number) done",
          "account.log-in.v1 \(number) refused",
        ])
    }
  }
}
