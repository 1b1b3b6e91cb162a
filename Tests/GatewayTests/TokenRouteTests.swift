import Contracts
import Messaging
import Testing

@testable import Gateway

@Suite struct TokenRouteTests {
  private static let form = "application/x-www-form-urlencoded"

  @Test func passesCredentialsOn() async throws {
    let operations = FakeOperations { _ in OperationReply(["access_token": "a", "token_type": "bearer"]) }
    try await TestGateway.run(operations) { gateway in
      let answer = try await gateway.send(
        "POST", "/auth/token", "grant_type=password&username=admin&password=p%40ss+word&scope=", type: Self.form,
        token: .none)
      #expect(answer.status == 200)
      #expect(answer.headers["Cache-Control"] == "no-store")
      #expect(answer.json?["access_token"] == "a")
      #expect(operations.asked.last?.operation == .authenticate)
      #expect(
        operations.asked.last?.data == ["username": "admin", "password": "p@ss word", "address": "127.0.0.1"])
      #expect(operations.asked.last?.idempotencyKey == nil)
      _ = try await gateway.send(
        "POST", "/auth/token", "grant_type=refresh_token&refresh_token=r", type: Self.form, token: .none)
      #expect(operations.asked.last?.operation == .refreshToken)
      #expect(operations.asked.last?.data == ["refresh_token": "r", "address": "127.0.0.1"])
    }
  }

  @Test func speaksOAuthsErrors() async throws {
    let refused = Problem(.unauthenticated, "Incorrect username or password")
    try await TestGateway.run(FakeOperations { _ throws(Problem) in throw refused }) { gateway in
      func answer(_ body: String) async throws -> TestGateway.Answer {
        try await gateway.send("POST", "/auth/token", body, type: Self.form, token: .none)
      }
      let wrong = try await answer("username=admin&password=x")
      #expect(wrong.status == 400)
      #expect(wrong.headers["Content-Type"] == "application/json")
      #expect(wrong.json?["detail"] == "Incorrect username or password")
      #expect(wrong.json?["error"] == "invalid_grant")
      #expect(wrong.json?["error_description"] == "Incorrect username or password")
      let incomplete = try await answer("username=admin")
      #expect(incomplete.json?["error"] == "invalid_request")
      let implicit = try await answer("grant_type=implicit")
      #expect(implicit.json?["error"] == "unsupported_grant_type")
      let broken = try await answer("username=%zz&password=x")
      #expect(broken.json?["error"] == "invalid_request")
      #expect(try await gateway.send("POST", "/auth/token", "{}", type: "application/json").status == 415)
    }
  }

  @Test func throttledStaysThrottled() async throws {
    let many = Problem(.throttled, "Too many failed log-ins")
    try await TestGateway.run(FakeOperations { _ throws(Problem) in throw many }) { gateway in
      let answer = try await gateway.send(
        "POST", "/auth/token", "username=admin&password=x", type: Self.form, token: .none)
      #expect(answer.status == 429)
      #expect(answer.headers["Retry-After"] != nil)
    }
  }
}
