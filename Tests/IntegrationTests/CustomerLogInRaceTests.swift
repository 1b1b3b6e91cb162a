import Contracts
import FoundationEssentials
import Postgres
import Security
import Service
import Testing

@testable import Customer

/// Operators who are changed at the moment at which they log in, or renew it.
@Suite struct CustomerLogInRaceTests {
  private static let password: JSON = "correct horse battery"

  private func make(_ fixture: CustomerFixture, _ username: JSON, role: JSON = "admin") async throws -> Int64 {
    let made = try await fixture.json(
      .createOperator, ["username": username, "role": role, "password": Self.password])
    guard case .integer(let id)? = made["id"] else { throw Problem(.internal, "no id in \(made)") }
    return id
  }

  private func logIn(_ fixture: CustomerFixture, _ username: JSON) async throws -> JSON {
    try await fixture.json(.authenticate, ["username": username, "password": Self.password])
  }

  private func refresh(_ fixture: CustomerFixture, _ tokens: JSON) async throws -> JSON {
    try await fixture.json(.refreshToken, ["refresh_token": tokens["refresh_token"] ?? .null])
  }

  private func tokenCount(_ fixture: CustomerFixture, of id: Int64) async throws -> Int64 {
    try await fixture.count("select count(*) from customer.refresh_token where operator_id = \(id)")
  }

  /// What comes of an attempt while another transaction is open, which has done `first`, does `last` once the attempt
  /// waits for it or is over, and commits.
  private func during(
    _ first: [SQL], then last: [SQL] = [], on fixture: CustomerFixture,
    _ attempt: @escaping @Sendable () async throws -> JSON
  ) async throws -> JSON {
    let over = EventLog<Bool>()
    let running = try await fixture.pool.withTransaction { connection -> Task<JSON, any Error> in
      for statement in first { try await connection.query(statement) }
      let running = Task { () async throws -> JSON in
        defer { over.add(true) }
        return try await attempt()
      }
      try await until {
        if !over.events.isEmpty { return true }
        let waiting = try await fixture.count(
          "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")
        return waiting > 0
      }
      for statement in last { try await connection.query(statement) }
      return running
    }
    return try await running.value
  }

  @Test func anotherPasswordDisablingAndDeletionEndALogInUnderWay() async throws {
    try await CustomerFixture.with { fixture async throws in
      let hash = try await PasswordHash.of("another good password")
      let changes: [SQL] = [
        "update customer.operator set password_hash = \(hash)", "update customer.operator set disabled_at = now()",
        "delete from customer.operator",
      ]
      for (number, change) in changes.enumerated() {
        let name = JSON.string("anna\(number)")
        let id = try await make(fixture, name)
        let problem = await #expect(throws: Problem.self, "\(change.text)") {
          try await during(["\(fragment: change) where id = \(id)"], on: fixture) { try await logIn(fixture, name) }
        }
        #expect(problem == Problem(.unauthenticated, "Incorrect username or password"), "\(change.text)")
        #expect(try await tokenCount(fixture, of: id) == 0, "\(change.text)")
        let done = try await fixture.count(
          "select count(*) from customer.audit where operation = 'operator.authenticate.v1' and result = 'done'")
        #expect(done == 0, "\(change.text)")
      }
    }
  }

  @Test func aNewPasswordIsNotReplacedByTheOldOneHashedAnew() async throws {
    try await CustomerFixture.with { fixture async throws in
      let id = try await make(fixture, "anna")
      let cost = PasswordCost(
        operations: PasswordCost.minimum.operations + 1, memoryBytes: PasswordCost.minimum.memoryBytes)
      let old = try await PasswordHasher(cost: cost).hash("correct horse battery")
      try await fixture.pool.query("update customer.operator set password_hash = \(old)")
      let new = try await PasswordHash.of("another good password")
      await #expect(throws: Problem.self) {
        try await during(["update customer.operator set password_hash = \(new) where id = \(id)"], on: fixture) {
          try await logIn(fixture, "anna")
        }
      }
      #expect(try await fixture.count("select count(*) from customer.operator where password_hash = \(new)") == 1)
    }
  }

  @Test func aLogInUnderWayHasTheRoleOfNow() async throws {
    try await CustomerFixture.with { fixture async throws in
      let id = try await make(fixture, "anna")
      let tokens = try await during(
        ["update customer.operator set role = 'viewer' where id = \(id)"], on: fixture
      ) { try await logIn(fixture, "anna") }
      guard case .string(let token)? = tokens["access_token"] else { throw Problem(.internal, "no token") }
      let keys = try KeySet(jwks: try await fixture.call(.tokenKeys, [:]).body)
      let verifier = TokenVerifier(keys: keys, rules: TokenRules(issuer: TokenIssuer.issuer))
      let claims = try JSON.parse(try verifier.verify(token))
      #expect(claims["scope"] == .string(Role.viewer.scopes.joined(separator: " ")))
    }
  }

  @Test func aRenewalWaitsForAChangeAndHeedsIt() async throws {
    try await CustomerFixture.with { fixture async throws in
      let id = try await make(fixture, "anna")
      let tokens = try await logIn(fixture, "anna")
      // As administrators do it: the operator is held before the tokens go.
      let problem = await #expect(throws: Problem.self) {
        try await during(
          ["select from customer.operator where id = \(id) for no key update"],
          then: [
            "delete from customer.refresh_token where operator_id = \(id)",
            "update customer.operator set role = 'viewer' where id = \(id)",
          ], on: fixture
        ) { try await refresh(fixture, tokens) }
      }
      #expect(problem?.code == .unauthenticated)
      #expect(try await tokenCount(fixture, of: id) == 0)
    }
  }

  /// A family that is ended because somebody has a copy leaves no token that was just being made.
  @Test func nothingIsLeftOfALogInWhoseTokenComesAgainDuringARenewal() async throws {
    try await CustomerFixture.with { fixture async throws in
      let id = try await make(fixture, "anna")
      for _ in 0..<10 {
        let first = try await logIn(fixture, "anna")
        let second = try await refresh(fixture, first)
        let (used, good) = (first["refresh_token"] ?? .null, second["refresh_token"] ?? .null)
        async let renewal = fixture.refusal(.refreshToken, ["refresh_token": good])
        async let reuse = fixture.refusal(.refreshToken, ["refresh_token": used])
        let outcomes = try await [renewal, reuse]
        #expect(outcomes[1] == .unauthenticated)
        #expect(try await tokenCount(fixture, of: id) == 0)
      }
    }
  }

  @Test func theCommandEndsALogInThatItWaitedFor() async throws {
    try await CustomerFixture.with { fixture async throws in
      let id = try await make(fixture, "anna")
      var settings = Settings(["MAILOUT_OPERATOR_PASSWORD": "another good password"])
      let order = try OperatorOrder(["--username", "anna", "--role", "viewer"], &settings)
      _ = try await during(
        [
          "update customer.operator set last_login_at = now() where id = \(id)",
          """
          insert into customer.refresh_token (digest, operator_id, family, expires_at)
          values ('x', \(id), gen_random_uuid(), now() + interval '1 day')
          """,
        ], on: fixture
      ) { .string(try await order.carryOut(on: OperatorStore(pool: fixture.pool), cost: .minimum)) }
      #expect(try await tokenCount(fixture, of: id) == 0)
    }
  }
}
