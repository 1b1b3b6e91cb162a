import Contracts
import Messaging
import Synchronization
import Testing

@testable import Gateway

@Suite struct ExportTests {
  /// Three pages, the second of which is empty.
  private static func pages(_ asked: FakeOperations.Asked) -> OperationReply {
    if asked.operation == .knownFields { return OperationReply(["names": ["phone", "email", "plan", "city"]]) }
    switch asked.data["after"] {
    case "c1": return OperationReply(["text": "", "count": 0, "next": "c2"])
    case "c2": return OperationReply(["text": "3\r\n", "count": 1, "next": nil])
    default: return OperationReply(["text": "1\r\n2\r\n", "count": 2, "next": "c1"])
    }
  }

  @Test func aFileOfPages() async throws {
    try await TestGateway.run(FakeOperations { Self.pages($0) }) { gateway in
      let answer = try await gateway.send("GET", "/api/customers/export?tag=a&tag=b&timezone=UTC&q=iv&sort=-id")
      #expect(answer.status == 200)
      #expect(answer.headers["Content-Type"] == "text/csv; charset=utf-8; header=present")
      #expect(answer.headers["Content-Disposition"] == "attachment; filename=\"customers.csv\"")
      #expect(
        answer.text
          == "phone,phone_code,timezone,email,first_name,last_name,tags,opted_out,city,plan\r\n1\r\n2\r\n3\r\n")
      let asked = gateway.operations.asked
      #expect(asked.map(\.operation) == [.knownFields, .exportCustomers, .exportCustomers, .exportCustomers])
      #expect(
        asked[1].data == [
          "filter": ["tag": ["a", "b"], "timezone": ["UTC"], "q": "iv"], "limit": 1000, "sort": "-id", "format": "csv",
          "attributes": ["city", "plan"],
        ])
      #expect(asked.dropFirst(2).map { $0.data["after"] } == ["c1", "c2"])
    }
  }

  /// Query, `Accept`, and the type of the answer or its status.
  private static let choices: [(query: String, accept: String?, expected: String)] = [
    ("", nil, csv), ("", "*/*", csv), ("", "application/x-ndjson, text/csv;q=0.5", ndjson),
    ("", "text/csv;q=0, application/x-ndjson", ndjson), ("?format=ndjson", "text/csv", ndjson),
    ("/?format=csv", "image/png", csv), ("", "image/png", "406"), ("?format=xml", nil, "422"),
    ("?limit=5", nil, "422"),
  ]
  private static let csv = "text/csv; charset=utf-8; header=present"
  private static let ndjson = "application/x-ndjson"

  @Test func theFormatIsChosen() async throws {
    try await TestGateway.run(FakeOperations { Self.pages($0) }) { gateway in
      for (query, accept, expected) in Self.choices {
        let headers = accept.map { [("Accept", $0)] } ?? []
        let answer = try await gateway.send("GET", "/api/customers/export\(query)", headers: headers)
        let found = answer.status == 200 ? answer.headers["Content-Type"] : String(answer.status)
        #expect(found == expected, "\(query) \(accept ?? "")")
      }
    }
  }

  @Test func whatIsWrongIsSaidBeforeTheFileBegins() async throws {
    let fault = Problem(.invalid, "no", errors: [Problem.Field("/filter/timezone", "is none")])
    try await TestGateway.run(FakeOperations { _ throws(Problem) in throw fault }) { gateway in
      let answer = try await gateway.send("GET", "/api/customers/export?format=ndjson&timezone=Mars")
      #expect(answer.status == 422)
      #expect(answer.problem("errors") == [["pointer": "/timezone", "detail": "is none"]])
    }
  }

  @Test func moreAttributesThanColumnsNeedNDJSON() async throws {
    let names = JSON.array((0...73).map { .string("a\($0)") })
    try await TestGateway.run(FakeOperations { _ in OperationReply(["names": names]) }) { gateway in
      let answer = try await gateway.send("GET", "/api/customers/export")
      #expect(answer.status == 409)
      #expect(answer.text.contains("format=ndjson"))
    }
  }

  /// A page that does not come is asked for again; one that never comes cuts the file, so that nobody takes it for whole.
  @Test(arguments: [2, Int.max]) func aServiceThatIsAwayForAWhile(_ failures: Int) async throws {
    let failed = Mutex(0)
    let operations = FakeOperations { asked throws(Problem) in
      let isDown =
        asked.data["after"] == "c2"
        && failed.withLock { count in
          count += 1
          return count <= failures
        }
      if isDown { throw Problem(.unavailable, "away") }
      return Self.pages(asked)
    }
    try await TestGateway.run(operations, retryWindow: failures == 2 ? .seconds(60) : .milliseconds(100)) { gateway in
      let file = try? await gateway.send("GET", "/api/customers/export?format=ndjson").text
      #expect(file == (failures == 2 ? "1\r\n2\r\n3\r\n" : nil))
    }
  }

  @Test func searchesAreJSONOrForms() async throws {
    try await TestGateway.run { gateway in
      let json = try await gateway.send("POST", "/api/search", #"{"tag":["a"]}"#, type: "application/json")
      #expect(json.status == 200)
      #expect(gateway.operations.asked.last?.operation == .searchCustomers)
      #expect(gateway.operations.asked.last?.data == ["tag": ["a"]])
      let form = try await gateway.send(
        "POST", "/api/search/", "tag=v+ip&phone_code=916&timezone=&text=%D0%B0&limit=5",
        type: "application/x-www-form-urlencoded")
      #expect(form.status == 200)
      #expect(
        gateway.operations.asked.last?.data == ["tag": "v ip", "phone_code": "916", "text": "а", "limit": 5])
      for (body, type, status) in [
        ("tag=a&tag=b", "application/x-www-form-urlencoded", 400), ("%ff=1", "application/x-www-form-urlencoded", 400),
        ("x", "application/json", 400), ("<a/>", "text/xml", 415),
      ] {
        #expect(try await gateway.send("POST", "/api/search", body, type: type).status == status, "\(body)")
      }
    }
  }
}
