import Contracts
import HTTPClient
import Messaging
import Testing

@testable import Gateway

@Suite struct GatewayTests {
  private static let json = "application/json"

  @Test func createsAndSaysWhere() async throws {
    let operations = FakeOperations { _ in OperationReply(["id": 41, "phone": "79161234567"], etag: "1") }
    try await TestGateway.run(operations) { gateway in
      for path in ["/api/customers", "/api/customers/"] {
        let answer = try await gateway.send(
          "POST", path, #"{"phone": "79161234567"}"#, type: Self.json, headers: [("Idempotency-Key", "k1")])
        #expect(answer.status == 201)
        #expect(answer.headers["Location"] == "/api/customers/41")
        #expect(answer.headers["ETag"] == "\"1\"")
        #expect(answer.headers["Content-Type"] == Self.json)
        #expect(answer.json?["phone"] == "79161234567")
      }
      let asked = operations.asked[0]
      #expect(asked.operation == .createCustomer)
      #expect(String(decoding: asked.bytes, as: UTF8.self) == #"{"phone": "79161234567"}"#)
      #expect(asked.idempotencyKey == "k1")
      #expect(asked.caller.scopes == TestTokens.allScopes)
      #expect(asked.timeout == .seconds(10))
    }
  }

  @Test func shapesTheData() async throws {
    try await TestGateway.run { gateway in
      func expect(
        _ expected: JSON, _ method: String, _ path: String, _ body: String = "", match: String? = nil
      ) async throws {
        let headers = match.map { [("If-Match", $0)] } ?? []
        let type = body.isEmpty ? nil : Self.json
        _ = try await gateway.send(method, path, body, type: type, headers: headers)
        #expect(gateway.operations.asked.last?.data == expected, "\(method) \(path)")
      }
      try await expect(["id": 7], "GET", "/api/customers/7", match: "\"3\"")
      try await expect(
        ["id": 7, "if_match": "3", "body": ["phone": "1"]], "PUT", "/api/customers/7", #"{"phone":"1"}"#,
        match: "\"3\"")
      try await expect(
        ["id": 8, "changes": ["name": nil]], "PATCH", "/api/mailouts/8", #"{"name":null}"#, match: "*")
      try await expect(["id": 8, "if_match": "9"], "DELETE", "/api/mailouts/8", match: "\"9\"")
      try await expect(["id": 7, "body": ["tag": "vip"]], "POST", "/api/customers/7/tags", #"{"tag":"vip"}"#)
      try await expect(["id": 7, "tag_id": 3], "DELETE", "/api/customers/7/tags/3")
      try await expect(["id": 7, "tag_id": 3], "POST", "/api/customers/7/tags/3")
      try await expect(
        ["filter": ["mailout_id": "8", "status": "sent"], "limit": 5], "GET",
        "/api/messages?mailout_id=8&status=sent&limit=5")
      try await expect(
        ["filter": ["status": ["running", "paused"]], "limit": 100], "GET",
        "/api/mailouts?status=running&status=paused")
    }
  }

  @Test func answersReads() async throws {
    let operations = FakeOperations { asked in
      asked.operation == .listCustomers
        ? OperationReply(["items": [], "next": "a+b"]) : OperationReply(["id": 7], etag: "3")
    }
    try await TestGateway.run(operations) { gateway in
      let one = try await gateway.send("GET", "/api/customers/7/")
      #expect(one.status == 200)
      #expect(one.headers["ETag"] == "\"3\"")
      let known = try await gateway.send("GET", "/api/customers/7", headers: [("If-None-Match", "\"3\"")])
      #expect(known.status == 304)
      #expect(known.body.isEmpty)
      let page = try await gateway.send("GET", "/api/customers?tag=x%20y&after=old&limit=2")
      #expect(page.headers["Link"] == "</api/customers?tag=x%20y&limit=2&after=a%2Bb>; rel=\"next\"")
      let head = try await gateway.send("HEAD", "/api/customers/7")
      #expect(head.status == 200)
      let gone = try await gateway.send("DELETE", "/api/customers/7")
      #expect(gone.status == 204)
      #expect(gone.body.isEmpty)
    }
  }

  @Test(arguments: Problem.Code.allCases)
  func passesProblemsOn(_ code: Problem.Code) async throws {
    let fault = Problem(code, "because", errors: [Problem.Field("/filter/tag", "is odd")])
    try await TestGateway.run(FakeOperations { _ throws(Problem) in throw fault }) { gateway in
      let answer = try await gateway.send("GET", "/api/customers")
      #expect(answer.status == ProblemKind.of(code).status)
      #expect(answer.problem("detail") == "because")
      #expect(answer.problem("errors") == [["pointer": "/tag", "detail": "is odd"]])
    }
  }

  @Test func refusesWhatCannotBeRead() async throws {
    try await TestGateway.run { gateway in
      func expect(
        _ status: Int, _ method: String, _ path: String, _ body: String = "", type: String? = "application/json"
      ) async throws {
        let answer = try await gateway.send(method, path, body, type: type)
        #expect(answer.status == status, "\(method) \(path) \(body.prefix(20))")
        #expect(answer.problem("status") == .integer(Int64(status)), "\(method) \(path) \(body.prefix(20))")
      }
      try await expect(400, "POST", "/api/customers", "{")
      try await expect(400, "POST", "/api/customers", "")
      try await expect(400, "POST", "/api/customers", String(repeating: "[", count: 500_000))
      try await expect(415, "POST", "/api/customers", "{}", type: "text/plain")
      try await expect(415, "POST", "/api/customers", "{}", type: nil)
      do {
        try await expect(413, "POST", "/api/customers", String(repeating: " ", count: 1 << 20) + "{}")
      } catch let error as HTTPClientError where error.code == .reset {
        // The answer was there and the connection closed while the rest of the body was still being written.
      }
      try await expect(422, "POST", "/api/customers?x=1", "{}")
      try await expect(422, "GET", "/api/customers?colour=red")
      try await expect(404, "GET", "/api/customers/seven")
      try await expect(404, "GET", "/api/customers/0")
      try await expect(404, "GET", "/api/customers/99999999999999999999")
      try await expect(404, "GET", "/nothing")
      try await expect(400, "GET", "/api/customers/%ff")
      #expect(gateway.operations.asked.isEmpty)
    }
  }

  @Test func namesOtherMethods() async throws {
    try await TestGateway.run { gateway in
      let answer = try await gateway.send("PUT", "/api/customers", "{}", type: Self.json)
      #expect(answer.status == 405)
      #expect(answer.headers["Allow"] == "GET, HEAD, OPTIONS, POST")
      #expect(answer.problem("title") == "Method not allowed")
    }
  }

  @Test func carriesIDs() async throws {
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    try await TestGateway.run { gateway in
      let answer = try await gateway.send(
        "GET", "/api/mailouts/12/stats", headers: [("X-Request-Id", "mine-1"), ("traceparent", trace)])
      #expect(answer.headers["X-Request-Id"] == "mine-1")
      #expect(gateway.operations.asked.last?.caller.traceparent == trace)
      let line = gateway.log.lines.last { $0["request_id"] == "mine-1" }
      #expect(line?["mailout_id"] == 12)
      #expect(line?["trace_id"] == "4bf92f3577b34da6a3ce929d0e0e4736")
      #expect(line?["route"] == "/api/mailouts/{id}/stats")
      #expect(line?["status"] == 200)
      for path in ["/api/customers/1", "/nothing", "/api/customers/%ff", "/livez"] {
        #expect(try await gateway.send("GET", path).headers["X-Request-Id"]?.isEmpty == false, "\(path)")
      }
      let text = String(decoding: gateway.metrics.exposition(), as: UTF8.self)
      #expect(
        text.contains(
          #"mailout_http_requests_total{method="GET",route="/api/mailouts/{id}/stats",status="200"} 1"#))
    }
  }

  @Test func keysAreChecked() async throws {
    try await TestGateway.run { gateway in
      let answer = try await gateway.send(
        "POST", "/api/customers", "{}", type: Self.json,
        headers: [("Idempotency-Key", String(repeating: "k", count: 256))])
      #expect(answer.status == 422)
      #expect(gateway.operations.asked.isEmpty)
    }
  }

  @Test func publicRoutesNeedNothing() async throws {
    try await TestGateway.run { gateway in
      for path in ["/livez", "/readyz", "/.well-known/jwks.json"] {
        let answer = try await gateway.send("GET", path, token: .none)
        #expect(answer.status == 200, "\(path)")
      }
      for path in ["/", "/redoc"] {
        let answer = try await gateway.send("GET", path, token: .none)
        #expect(answer.status == 307 && answer.headers["Location"] == "/docs")
      }
      #expect(try await gateway.send("GET", "/metrics").status == 404)
      #expect(try await gateway.send("GET", "/.well-known/jwks.json", token: .none).body == TestTokens.jwks)
    }
  }

  @Test func metricsAreShownAtItsOwnPortWhereItIsToldTo() async throws {
    var settings = GatewaySettings()
    settings.servesMetrics = true
    try await TestGateway.run(settings: settings) { gateway in
      let answer = try await gateway.send("GET", "/metrics")
      #expect(answer.status == 200 && answer.headers["Content-Type"]?.hasPrefix("text/plain") == true)
      #expect(answer.text.contains("# TYPE mailout_http_requests_total counter"))
      #expect(try await gateway.send("GET", "/metrics", token: .none).status == 401)
    }
  }

  @Test func tokensOfTheContactInterfaceAreCountedWithIt() async throws {
    let operations = FakeOperations { _ throws(Problem) in OperationReply(["access_token": "x"]) }
    try await TestGateway.run(operations) { gateway in
      let place = #"ctms_requests_total{method="POST",path_template="/token",status_code="#
      func exposition() -> String { String(decoding: gateway.metrics.exposition(), as: UTF8.self) }
      #expect(exposition().contains(place + #""400",status_code_family="4xx"} 0"#))
      _ = try await gateway.send(
        "POST", "/token", "client_id=id_a&client_secret=b", type: "application/x-www-form-urlencoded", token: .none)
      // It is counted when its answer is out; the next on its connection comes after that.
      _ = try await gateway.send("GET", "/livez", token: .none)
      #expect(exposition().contains(place + #""200",status_code_family="2xx"} 1"#))
    }
  }
}
