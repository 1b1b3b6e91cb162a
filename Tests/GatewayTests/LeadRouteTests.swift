import Contracts
import Messaging
import Testing

@testable import Gateway

/// The interface that lead sources speak: JSON whatever the type says, each kind of result a status.
struct LeadRouteTests {
  @Test(arguments: zip(LeadResult.Outcome.allCases, [200, 201, 202, 400, 401, 404, 406, 409, 502, 504]))
  func everyOutcomeHasItsStatus(_ outcome: LeadResult.Outcome, _ status: Int) async throws {
    let operations = FakeOperations { _ throws(Problem) in
      OperationReply(["outcome": .string(outcome.rawValue), "answer": ["request_details": ["a": 1]]])
    }
    try await TestGateway.run(operations) { gateway in
      let sent = try await gateway.send("POST", "/send", "{}", type: "application/x-www-form-urlencoded")
      #expect(sent.status == (outcome == .pending ? 502 : status), "504 is /status's alone")
      #expect(sent.json == ["request_details": ["a": 1]])
      let pinged = try await gateway.send("GET", "/status/form_1.2%2F3/ping")
      #expect(pinged.status == status)
      #expect(operations.asked.last?.data == ["lead_id": "form_1.2/3", "mode": "ping"])
      let asked = try await gateway.send("GET", "/status/x/")
      #expect(asked.status == status)
      #expect(operations.asked.last?.data == ["lead_id": "x", "mode": "send"])
    }
  }

  @Test(arguments: [nil, "text/plain", "application/octet-stream", "application/json; charset=utf-16"] as [String?])
  func theTypeDoesNotMatter(_ type: String?) async throws {
    let operations = FakeOperations { _ throws(Problem) in OperationReply(["outcome": "success", "answer": [:]]) }
    try await TestGateway.run(operations) { gateway in
      let answer = try await gateway.send("POST", "/ping", #"{"lead_id":"x"}"#, type: type)
      #expect(answer.status == 200)
      #expect(operations.asked.last?.data == ["lead_id": "x"])
    }
  }

  @Test(arguments: ["", "lead", "{", "{}{}", #"{"a":"\u0"}"#]) func whatIsNoJSONIsRefused(_ body: String) async throws {
    try await TestGateway.run { gateway in
      let answer = try await gateway.send("POST", "/send", body)
      #expect(answer.status == 400)
      #expect(answer.json?["error_message"] != nil && answer.json?["request_details"] == [:])
      #expect(gateway.operations.asked.isEmpty)
    }
  }

  @Test(
    arguments: [
      (Problem.Code.invalid, 404), (.notFound, 404), (.unavailable, 503), (.internal, 500),
    ] as [(Problem.Code, Int)])
  func aProblemOfStatusIsToldInTheGroupsShape(_ code: Problem.Code, _ status: Int) async throws {
    let operations = FakeOperations { _ throws(Problem) in throw Problem(code, "so") }
    try await TestGateway.run(operations) { gateway in
      let answer = try await gateway.send("GET", "/status/x")
      #expect(answer.status == status)
      #expect(answer.json?["error"] != nil && answer.json?["error_message"] != nil)
    }
  }

  @Test func aSenderThatDoesNotAnswerMayHaveSent() async throws {
    let operations = FakeOperations { _ throws(Problem) in throw Problem(.unavailable, "Late.") }
    try await TestGateway.run(operations) { gateway in
      let answer = try await gateway.send("POST", "/send", "{}")
      #expect(answer.status == 503)
      #expect(answer.headers["Retry-After"] != nil)
      #expect(answer.json?["error_message"] == "Late. GET /status/{lead_id} will tell whether the lead was sent.")
    }
  }
}
