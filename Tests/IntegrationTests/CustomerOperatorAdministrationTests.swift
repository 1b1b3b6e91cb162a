import Contracts
import FoundationEssentials
import Messaging
import Security
import Testing

@testable import Customer

/// Operators as administrators manage them, on the real database.
@Suite struct CustomerOperatorAdministrationTests {
  private static let password: JSON = "correct horse battery"

  private func make(
    _ fixture: CustomerFixture, _ username: JSON = "anna", role: JSON = "operator"
  ) async throws -> JSON {
    let reply = try await fixture.json(
      .createOperator, ["username": username, "role": role, "password": Self.password])
    return reply["id"] ?? .null
  }

  private func logIn(_ fixture: CustomerFixture, _ username: JSON = "anna", _ password: JSON = password) async throws
    -> JSON
  {
    try await fixture.json(.authenticate, ["username": username, "password": password])
  }

  private func change(_ fixture: CustomerFixture, _ id: JSON, _ changes: JSON) async throws -> Problem.Code? {
    try await fixture.refusal(.updateOperator, ["id": id, "changes": changes])
  }

  @Test func whoIsMadeLogsInAndNobodySeesTheirPassword() async throws {
    try await CustomerFixture.with { fixture async throws in
      let order: JSON = ["username": "Anna", "role": "viewer", "password": Self.password]
      let made = try await fixture.json(.createOperator, order, key: "k")
      #expect(made["role"] == "viewer")
      #expect(made["disabled"] == false)
      #expect(made["password"] == nil)
      #expect(try await logIn(fixture, "anna")["token_type"] == "bearer")
      #expect(try await fixture.json(.readOperator, ["id": made["id"] ?? .null])["last_login_at"] != .null)
      #expect(
        try await fixture.refusal(.createOperator, ["username": "ANNA", "role": "viewer", "password": Self.password])
          == .conflict)
      let rows = try await fixture.pool.query(
        "select o::text || i.principal || convert_from(i.body, 'UTF8') from customer.operator o, customer.idempotency i"
      )
      #expect(!rows.isEmpty)
      for row in rows { #expect(!(try row[0, as: String.self]).contains("correct horse")) }
    }
  }

  /// The hash by which repetitions are known must not be one that a password can be found by.
  @Test func theKeptHashDoesNotDependOnThePassword() async throws {
    try await CustomerFixture.with { fixture async throws in
      func order(_ password: JSON) -> JSON { ["username": "anna", "role": "viewer", "password": password] }
      let first = try await fixture.json(.createOperator, order("one password of mine"), key: "k")
      let again = try await fixture.json(.createOperator, order("another one of mine"), key: "k")
      #expect(first == again)
    }
  }

  @Test func anotherRolePasswordOrDisablingEndsTheLogIns() async throws {
    try await CustomerFixture.with { fixture async throws in
      let id = try await make(fixture)
      let changes: [JSON] = [["role": "viewer"], ["password": "another good password"], ["disabled": true]]
      for change in changes {
        let password: JSON = change["disabled"] != nil ? "another good password" : Self.password
        let token = try await logIn(fixture, "anna", password)["refresh_token"] ?? .null
        #expect(try await self.change(fixture, id, change) == nil)
        #expect(try await fixture.refusal(.refreshToken, ["refresh_token": token]) == .unauthenticated)
      }
      #expect(
        try await fixture.refusal(.authenticate, ["username": "anna", "password": "another good password"])
          == .unauthenticated)
      #expect(try await change(fixture, id, ["disabled": false]) == nil)
      let token = try await logIn(fixture, "anna", "another good password")["refresh_token"] ?? .null
      // What changes nothing ends nothing.
      #expect(try await change(fixture, id, ["role": "viewer"]) == nil)
      #expect(try await fixture.refusal(.refreshToken, ["refresh_token": token]) == nil)
    }
  }

  @Test func theLastAdminStays() async throws {
    try await CustomerFixture.with { fixture async throws in
      let first = try await make(fixture, "root", role: "admin")
      for changes: JSON in [["role": "operator"], ["disabled": true]] {
        #expect(try await change(fixture, first, changes) == .conflict)
      }
      #expect(try await fixture.refusal(.deleteOperator, ["id": first]) == .conflict)
      let second = try await make(fixture, "other", role: "admin")
      #expect(try await change(fixture, second, ["disabled": true]) == nil)
      #expect(try await fixture.refusal(.deleteOperator, ["id": first]) == .conflict, "a disabled one does not count")
      #expect(try await change(fixture, second, ["disabled": false]) == nil)
      #expect(try await fixture.refusal(.deleteOperator, ["id": first]) == nil)
    }
  }

  @Test func twoAdminsCannotRemoveEachOtherAtOnce() async throws {
    try await CustomerFixture.with { fixture async throws in
      for _ in 0..<10 {
        let (one, two) = (try await make(fixture, "one", role: "admin"), try await make(fixture, "two", role: "admin"))
        async let first = fixture.refusal(.deleteOperator, ["id": one])
        async let second = fixture.refusal(.deleteOperator, ["id": two])
        let outcomes = try await [first, second]
        #expect(outcomes.count { $0 == nil } == 1)
        #expect(try await fixture.count("select count(*) from customer.operator where role = 'admin'") == 1)
        try await fixture.pool.query("delete from customer.operator")
      }
    }
  }

  @Test func nobodyMakesWhoMayMoreThanThemselves() async throws {
    try await CustomerFixture.with { fixture async throws in
      let id = try await make(fixture)
      func refusal(_ operation: Operation, _ data: JSON) async throws -> Problem.Code? {
        do {
          _ = try await fixture.call(operation, data, scopes: ["admin:write"])
          return nil
        } catch let problem as Problem {
          return problem.code
        }
      }
      #expect(
        try await refusal(.createOperator, ["username": "x", "role": "admin", "password": Self.password]) == .forbidden)
      #expect(try await refusal(.updateOperator, ["id": id, "changes": ["role": "admin"]]) == .forbidden)
      #expect(
        try await refusal(.updateOperator, ["id": id, "changes": ["password": Self.password]]) == .forbidden,
        "whoever sets the password can be that operator")
      #expect(try await refusal(.updateOperator, ["id": id, "changes": ["disabled": true]]) == nil)
    }
  }
}
