import Contracts
import FoundationEssentials
import Messaging
import Testing

@testable import Gateway

/// `POST /token`, and what its tokens open.
@Suite struct ClientTokenTests {
  private static let form = "application/x-www-form-urlencoded"
  private static let refused: JSON = ["detail": "Incorrect username or password"]
  private static let granted: JSON = ["access_token": "a.b.c", "token_type": "bearer", "expires_in": 3600]

  private static func basic(_ text: String) -> [(String, String)] {
    [("Authorization", "Basic \(Data(text.utf8).base64EncodedString())")]
  }

  @Test func takesTheFormOrBasicAndTheFormWins() async throws {
    let operations = FakeOperations { _ in OperationReply(Self.granted) }
    try await TestGateway.run(operations) { gateway in
      func send(_ body: String, _ headers: [(String, String)] = []) async throws -> TestGateway.Answer {
        try await gateway.send(
          "POST", "/token", body, type: body.isEmpty ? nil : Self.form, token: .none, headers: headers)
      }
      let answer = try await send("grant_type=client_credentials&client_id=id_a&client_secret=s%26&scope=")
      #expect(answer.status == 200)
      #expect(answer.json == Self.granted)
      #expect(answer.headers["Cache-Control"] == "no-store")
      #expect(operations.asked.last?.operation == .authenticateClient)
      #expect(
        operations.asked.last?.data == ["client_id": "id_a", "client_secret": "s&", "address": "127.0.0.1"])
      #expect(operations.asked.last?.idempotencyKey == nil)
      #expect(try await send("", Self.basic("id_b:p:w")).status == 200)
      #expect(operations.asked.last?.data["client_id"] == "id_b")
      #expect(operations.asked.last?.data["client_secret"] == "p:w")
      _ = try await send("client_id=id_a&client_secret=s", Self.basic("id_b:pw"))
      #expect(operations.asked.last?.data["client_id"] == "id_a")
      _ = try await send("grant_type=refresh_token", Self.basic("id_b:pw"))
      #expect(operations.asked.last?.data["client_id"] == "id_b")
    }
  }

  @Test func everyFailureIsTheSame() async throws {
    let problem = Problem(.unauthenticated, "Incorrect username or password")
    try await TestGateway.run(FakeOperations { _ throws(Problem) in throw problem }) { gateway in
      for (body, headers) in [
        ("", []), ("client_id=id_a&client_secret=wrong", []), ("client_id=id_a", Self.basic("id_b:pw")),
        ("client_id=%zz", []), ("", Self.basic("nocolon")), ("", [("Authorization", "Basic !!!")]),
        ("client_id=id_a&client_id=id_b&client_secret=s", []),
      ] {
        let answer = try await gateway.send(
          "POST", "/token", body, type: body.isEmpty ? nil : Self.form, token: .none, headers: headers)
        #expect(answer.status == 400, "\(body)")
        #expect(answer.json == Self.refused, "\(body)")
        #expect(answer.headers["Content-Type"] == "application/json")
      }
    }
  }

  @Test func anUnknownGrantIsToldInTheFrameworksWords() async throws {
    try await TestGateway.run { gateway in
      let answer = try await gateway.send("POST", "/token", "grant_type=password", type: Self.form, token: .none)
      #expect(answer.status == 422)
      #expect(
        answer.json == [
          "detail": [
            [
              "type": "string_pattern_mismatch", "loc": ["body", "grant_type"],
              "msg": "String should match pattern '^(client_credentials|refresh_token)$'", "input": "password",
              "ctx": ["pattern": "^(client_credentials|refresh_token)$"],
            ]
          ]
        ])
      #expect(gateway.operations.asked.isEmpty)
      #expect(try await gateway.send("POST", "/token", "{}", type: "application/json", token: .none).status == 415)
    }
  }

  @Test func throttledStaysThrottled() async throws {
    try await TestGateway.run(FakeOperations { _ throws(Problem) in throw Problem(.throttled, "Too many") }) {
      gateway in
      let answer = try await gateway.send(
        "POST", "/token", "client_id=id_a&client_secret=s", type: Self.form, token: .none)
      #expect(answer.status == 429)
      #expect(answer.json == ["detail": "Too many"])
      #expect(answer.headers["Retry-After"] != nil)
    }
  }

  @Test(arguments: ["good", "narrowed", "disabled", "gone"])
  func aTokenIsWorthWhatItsClientIsWorth(standing: String) async throws {
    let operations = FakeOperations { asked throws(Problem) in
      guard asked.operation == .clientStanding else { return OperationReply(["id": 7]) }
      switch standing {
      case "good": return OperationReply(["enabled": true, "scopes": ["customers:read"]])
      case "narrowed": return OperationReply(["enabled": true, "scopes": ["mailouts:read"]])
      case "disabled": return OperationReply(["enabled": false, "scopes": ["customers:read"]])
      default: throw Problem(.notFound, "There is no such client.")
      }
    }
    try await TestGateway.run(operations) { gateway in
      let token = try TestTokens.token(subject: "api_client:id_a")
      for _ in 0..<3 {
        let answer = try await gateway.send("GET", "/api/customers/7", token: token)
        #expect(answer.status == ["good": 200, "narrowed": 403][standing, default: 401])
        if standing == "disabled" { #expect(answer.problem("detail") == "API Client has been disabled") }
      }
      #expect(operations.asked.count { $0.operation == .clientStanding } == 1)
      if standing == "good" { #expect(operations.asked.last?.caller.principal == "api_client:id_a") }
    }
  }
}
