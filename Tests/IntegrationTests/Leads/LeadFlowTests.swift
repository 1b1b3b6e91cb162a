import Contracts
import Foundation
import Testing

@testable import Sender

/// Leads on their way to fake buyers over real HTTP.
struct LeadFlowTests {
  @Test func aLeadIsTakenAndItsResultIsKept() async throws {
    try await LeadBench.with { bench in
      try await bench.buyer("a", customer: 1)
      let result = try await bench.send(LeadBench.lead("l-1", customer: 1, ["Nom": "Martin"]))
      #expect(result.outcome == .success)
      #expect(
        result.answer == [
          "request_details": [
            "url": .string("\(bench.buyers)/buyers/a/ClientRecords"), "method": "POST",
            "headers": ["Content-Type": "application/json", "Accept": "application/json", "Token": "***"],
            "json": ["Nom": "Martin", "Email_Titulaire": "l-1@example.com", "ID_Traitement": "l-1"],
          ], "response_details": ["Message": "OK", "Records": [["Id": 1001]], "http_status_code": 200],
          "customer_lead_id": 1001,
        ])
      #expect(try await bench.status("l-1") == result)
      let last = try #require(try await bench.seen("a")["last"]?.plainText)
      #expect(try JSON.parse(Array(last.utf8)) == result.answer["request_details"]?["json"])
      let events = try await bench.pool.query("select convert_from(body, 'UTF8') from sender.event order by id")
        .map { try JSON.parse(Array(try $0[0, as: String.self].utf8)) }
      #expect(events.last?["type"] == "lead.answered.v1")
      #expect(events.last?["data"] == ["lead_id": "l-1", "buyer": "a", "outcome": "success"])
    }
  }

  @Test(
    arguments: [
      ("created", .created, 201), ("accepted", .accepted, 202), ("refused", .refused, 422), ("invalid", .invalid, 400),
      ("unauthorized", .unauthorized, 401), ("gone", .notFound, 404), ("fail", .buyerFailed, 500),
      ("garbage", .buyerFailed, 200), ("drop", .buyerFailed, nil),
    ] as [(String, LeadResult.Outcome, Int64?)])
  func everyAnswerHasItsOutcome(_ answer: String, _ outcome: LeadResult.Outcome, _ status: Int64?) async throws {
    try await LeadBench.with { bench in
      try await bench.buyer("a", customer: 1)
      try await bench.behave("a", #"{"answer":"\#(answer)"}"#)
      let result = try await bench.send(LeadBench.lead("l-1", customer: 1))
      #expect(result.outcome == outcome)
      #expect(result.answer["response_details"]?["http_status_code"] == status.map { .integer($0) })
      #expect(try await bench.status("l-1") == result)
      #expect(try await bench.seen("a")["calls"] == 1)
    }
  }

  @Test func aSecondLeadOfTheSamePersonIsADuplicate() async throws {
    try await LeadBench.with { bench in
      try await bench.buyer("a", customer: 1)
      let told: [String: JSON] = ["Email_Titulaire": "same@example.com"]
      #expect(try await bench.send(LeadBench.lead("l-1", customer: 1, told)).outcome == .success)
      let second = try await bench.send(LeadBench.lead("l-2", customer: 1, told))
      #expect(second.outcome == .duplicate)
      #expect(second.answer["error_message"] == "This lead is a duplicate")
    }
  }

  @Test(
    arguments: [
      (#"{"authentication":"refused"}"#, .unauthorized), (#"{"password":"another"}"#, .unauthorized),
      (#"{"authentication":"garbage"}"#, .buyerFailed), (#"{"authentication":"hang"}"#, .buyerFailed),
    ] as [(String, LeadResult.Outcome)])
  func aLogInThatFailsSendsNothing(_ behaviour: String, _ outcome: LeadResult.Outcome) async throws {
    try await LeadBench.with { bench in
      // The one that hangs is waited for in vain, but not before it has been asked.
      try await bench.buyer("a", customer: 1, behaviour.contains("hang") ? ["timeout_ms": 20_000] : [:])
      try await bench.behave("a", behaviour)
      let result = try await bench.send(LeadBench.lead("l-1", customer: 1))
      #expect(result.outcome == outcome)
      #expect(
        result.answer["request_details"]?["json"] == ["UserName": "mailout", "Password": "***"])
      try await until { try await bench.seen("a")["authentications"] == 1 }
      #expect(try await bench.seen("a")["calls"] == 0)
    }
  }

  @Test func aBuyerWithoutALogIn() async throws {
    try await LeadBench.with { bench in
      try await bench.buyer("a", customer: 1, ["authentication": nil])
      // The fake wants a token, so it refuses; what counts is that none was asked for.
      #expect(try await bench.send(LeadBench.lead("l-1", customer: 1)).outcome == .unauthorized)
      #expect(try await bench.seen("a")["authentications"] == 0)
    }
  }

  @Test func whatIsNotValidIsNotSent() async throws {
    try await LeadBench.with { bench in
      try await bench.buyer("a", customer: 1, ["mandatory_keys": ["Nom"]])
      let result = try await bench.send(LeadBench.lead("l-1", customer: 1))
      #expect(result.outcome == .invalid)
      #expect(result.answer["error"] == "Missing mandatory field")
      #expect(try await bench.status("l-1") == result)
      #expect(try await bench.send([:]).outcome == .invalid)
      #expect(try await bench.send(LeadBench.lead("l-2", customer: 9)).outcome == .notFound)
      #expect(try await bench.seen("a")["authentications"] == 0)
    }
  }

  @Test func aBuyerThatIsNotThere() async throws {
    try await LeadBench.with { bench in
      let closed: JSON = ["url": "http://127.0.0.1:1", "username": "u", "password": "right-password"]
      try await bench.buyer("a", customer: 1, ["stages": ["test": closed]])
      let result = try await bench.send(LeadBench.lead("l-1", customer: 1))
      #expect(result.outcome == .buyerFailed)
      #expect(result.answer["error"] == "Buyer not reached")
    }
  }

  @Test func aPingSendsNothing() async throws {
    try await LeadBench.with { bench in
      try await bench.buyer("a", customer: 1, ["allowed_values": ["Nom": ["Martin"]]])
      func ping(_ lead: JSON) async throws -> LeadResult {
        try JSONDecoder().decode(LeadResult.self, from: Data(try await bench.ask(.pingLead, lead, key: "p").body))
      }
      let lead = LeadBench.lead("l-1", customer: 1, ["Nom": "Martin"])
      #expect(try await ping(lead) == LeadResult(.success, ["result": "accepted"]))
      #expect(try await bench.status("l-1", mode: "ping").outcome == .success)
      #expect(try await bench.refusal(.leadStatus, ["lead_id": "l-1", "mode": "send"]) == .notFound)
      #expect(try await bench.seen("a")["authentications"] == 0)
    }
  }

  @Test func aHangingBuyerIsGivenARestAndHindersNobody() async throws {
    try await LeadBench.with { bench in
      // Overdue long before the first one ends, and nothing is held against it before all three have their places.
      try await bench.buyer(
        "slow", customer: 1,
        ["timeout_ms": 24_000, "concurrency": 3, "breaker": ["slow_ms": 12_000, "min_calls": 3, "open_ms": 3_600_000]])
      try await bench.buyer("quick", customer: 2)
      try await bench.behave("slow", #"{"answer":"hang"}"#)
      async let first = Self.sendThree(bench, from: 0)
      try await bench.calls("slow", reach: 3)
      async let others = Self.sendThree(bench, from: 3)
      for number in 0..<20 {
        #expect(try await bench.send(LeadBench.lead("q-\(number)", customer: 2)).outcome == .success)
      }
      let results = try await first + others
      #expect(results.allSatisfy { $0.outcome == .buyerFailed })
      // Three had a place, the others were told at once.
      #expect(results.count { $0.answer["error"] == "Result unknown" } == 3)
      let calls = try await bench.seen("slow")["calls"]
      let after = try await bench.send(LeadBench.lead("s-7", customer: 1))
      #expect(after.outcome == .buyerFailed && after.answer["error"] == "Buyer resting")
      #expect(try await bench.seen("slow")["calls"] == calls)

      // And the public hears of it.
      let telling = Task { await bench.circuits.run() }
      var told: JSON?
      try await until {
        let row = try await bench.pool.query(
          "select body from sender.event where type = 'buyer.circuit-opened.v1' order by id"
        ).first
        told = try row.map { try JSON.parse(try $0[0, as: [UInt8].self])["data"] ?? .null }
        return told != nil
      }
      #expect(told?["name"] == "slow" && told?["circuit"] == "open" && told?["sender"] == "bench")
      #expect(told?["reason"] != nil)
      telling.cancel()
      await telling.value
    }
  }

  private static func sendThree(_ bench: LeadBench, from number: Int) async throws -> [LeadResult] {
    try await withThrowingTaskGroup(of: LeadResult.self) { group in
      for number in number..<number + 3 {
        group.addTask { try await bench.send(LeadBench.lead("s-\(number)", customer: 1)) }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
  }
}
