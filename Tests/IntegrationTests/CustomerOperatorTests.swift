import Contracts
import FoundationEssentials
import Security
import Service
import Testing

@testable import Customer

@Suite struct CustomerOperatorTests {
  private func make(
    _ fixture: CustomerFixture, _ username: String, role: String = "operator", password: String = "pass word",
    more: [String] = []
  ) async throws -> String {
    var settings = Settings(["MAILOUT_OPERATOR_PASSWORD": password])
    let order = try OperatorOrder(["--username", username, "--role", role] + more, &settings)
    return try await order.carryOut(on: OperatorStore(pool: fixture.pool), cost: .minimum)
  }

  private func logIn(_ fixture: CustomerFixture, _ username: String, _ password: String = "pass word") async throws
    -> JSON
  {
    try await fixture.json(
      .authenticate, ["username": .string(username), "password": .string(password), "address": "192.0.2.1"])
  }

  private func text(_ json: JSON, _ name: String) throws -> String {
    guard case .string(let text) = json[name] else { throw Problem(.internal, "no \(name)") }
    return text
  }

  @Test func theRightPasswordGivesATokenThatVerifies() async throws {
    try await CustomerFixture.with { fixture async throws in
      _ = try await make(fixture, "Ann", role: "viewer")
      let reply = try await logIn(fixture, "ann")
      #expect(reply["token_type"] == "bearer")
      #expect(reply["expires_in"] == 1800)
      let keys = try KeySet(jwks: try await fixture.call(.tokenKeys, [:]).body)
      let verifier = TokenVerifier(keys: keys, rules: TokenRules(issuer: TokenIssuer.issuer))
      struct Claims: Decodable, Sendable {
        let sub: String
        let scope: String
      }
      let claims = try JSONDecoder().decode(
        Claims.self, from: Data(try verifier.verify(try text(reply, "access_token"))))
      #expect(claims.sub == "Ann")
      #expect(claims.scope == Role.viewer.scopes.joined(separator: " "))
    }
  }

  @Test func wrongOnesAreRefusedAlike() async throws {
    try await CustomerFixture.with { fixture async throws in
      _ = try await make(fixture, "ann")
      _ = try await make(fixture, "gone")
      try await fixture.pool.query("update customer.operator set disabled_at = now() where username = 'gone'")
      for (username, password) in [("ann", "pass wor"), ("nobody", "pass word"), ("gone", "pass word")] {
        let problem = await #expect(throws: Problem.self) { try await logIn(fixture, username, password) }
        #expect(problem == Problem(.unauthenticated, "Incorrect username or password"))
      }
    }
  }

  @Test func failuresAreThrottledByAccount() async throws {
    try await CustomerFixture.with { fixture async throws in
      _ = try await make(fixture, "ann")
      _ = try await make(fixture, "bob")
      for _ in 0..<LoginThrottle.accountLimit {
        await #expect(throws: Problem.self) { try await logIn(fixture, "ann", "wrong") }
      }
      let problem = await #expect(throws: Problem.self) { try await logIn(fixture, "ANN") }
      #expect(problem?.code == .throttled, "even the right password waits")
      #expect(try await logIn(fixture, "bob")["token_type"] == "bearer")
      try await fixture.pool.query("update customer.login_failure set window_started_at = now() - interval '1 hour'")
      #expect(try await logIn(fixture, "ann")["token_type"] == "bearer")
    }
  }

  @Test func failuresAreThrottledByAddress() async throws {
    try await CustomerFixture.with { fixture async throws in
      for number in 0..<LoginThrottle.addressLimit {
        await #expect(throws: Problem.self) { try await logIn(fixture, "nobody\(number)") }
      }
      let problem = await #expect(throws: Problem.self) { try await logIn(fixture, "nobody else") }
      #expect(problem?.code == .throttled)
    }
  }

  @Test func successesAreNotCounted() async throws {
    try await CustomerFixture.with { fixture async throws in
      _ = try await make(fixture, "ann")
      for _ in 0..<(LoginThrottle.addressLimit + 5) { _ = try await logIn(fixture, "ann") }
    }
  }

  @Test func aRefreshTokenIsGoodForOneUse() async throws {
    try await CustomerFixture.with { fixture async throws in
      _ = try await make(fixture, "ann")
      let first = try text(try await logIn(fixture, "ann"), "refresh_token")
      let second = try text(try await fixture.json(.refreshToken, ["refresh_token": .string(first)]), "refresh_token")
      let third = try text(try await fixture.json(.refreshToken, ["refresh_token": .string(second)]), "refresh_token")
      #expect(Set([first, second, third]).count == 3)
      let other = try text(try await logIn(fixture, "ann"), "refresh_token")
      // Somebody has a copy of the first: its whole log-in ends, the other one does not.
      #expect(try await fixture.refusal(.refreshToken, ["refresh_token": .string(first)]) == .unauthenticated)
      #expect(try await fixture.refusal(.refreshToken, ["refresh_token": .string(third)]) == .unauthenticated)
      #expect(try await fixture.refusal(.refreshToken, ["refresh_token": .string(other)]) == nil)
      #expect(try await fixture.refusal(.refreshToken, ["refresh_token": "unknown"]) == .unauthenticated)
    }
  }

  @Test func expiredAndDisabledRefreshNoMore() async throws {
    try await CustomerFixture.with { fixture async throws in
      _ = try await make(fixture, "ann")
      let expired = try text(try await logIn(fixture, "ann"), "refresh_token")
      try await fixture.pool.query("update customer.refresh_token set expires_at = now()")
      #expect(try await fixture.refusal(.refreshToken, ["refresh_token": .string(expired)]) == .unauthenticated)
      let good = try text(try await logIn(fixture, "ann"), "refresh_token")
      try await fixture.pool.query("update customer.operator set disabled_at = now()")
      #expect(try await fixture.refusal(.refreshToken, ["refresh_token": .string(good)]) == .unauthenticated)
    }
  }

  @Test func creatingAgainChangesUnlessToldNotTo() async throws {
    try await CustomerFixture.with { fixture async throws in
      #expect(try await make(fixture, "ann").hasSuffix("created"))
      let token = try text(try await logIn(fixture, "ann"), "refresh_token")
      #expect(try await make(fixture, "ann", password: "other", more: ["--if-missing"]).hasSuffix("exists already"))
      _ = try await logIn(fixture, "ann")
      #expect(try await make(fixture, "Ann", password: "other").hasSuffix("changed"))
      await #expect(throws: Problem.self) { try await logIn(fixture, "ann") }
      _ = try await logIn(fixture, "ann", "other")
      #expect(
        try await fixture.refusal(.refreshToken, ["refresh_token": .string(token)]) == .unauthenticated,
        "a new password ends the log-ins of the old one")
      #expect(try await fixture.count("select count(*) from customer.operator") == 1)
    }
  }

  @Test func noPasswordAndNoRefreshTokenIsStoredInTheClear() async throws {
    try await CustomerFixture.with { fixture async throws in
      _ = try await make(fixture, "ann")
      let token = try text(try await logIn(fixture, "ann"), "refresh_token")
      let rows = try await fixture.pool.query(
        "select o::text || coalesce((select string_agg(t::text, '') from customer.refresh_token t), '') from customer.operator o"
      )
      for row in rows {
        let text = try row[0, as: String.self]
        #expect(!text.contains("pass word"))
        #expect(!text.contains(token))
      }
    }
  }
}
