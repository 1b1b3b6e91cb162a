import Contracts
import Messaging
import Testing

@testable import Gateway

/// The interface for other applications: forms and JSON, and errors as Django REST framework tells them.
struct MappingRouteTests {
  private static let form = "application/x-www-form-urlencoded"
  private static let known: JSON = ["uuid": "u", "domain": "a.com"]

  private static func refusing(_ problem: Problem) -> FakeOperations {
    FakeOperations { _ throws(Problem) in throw problem }
  }

  @Test(arguments: [(true, 201), (false, 200)]) func aDomainIsACustomer(_ isNew: Bool, _ status: Int) async throws {
    let operations = FakeOperations { _ throws(Problem) in
      OperationReply(["customer": Self.known, "created": .bool(isNew)])
    }
    try await TestGateway.run(operations) { gateway in
      for (body, type) in [("domain=a.com&more=x", Self.form), (#"{"domain":"a.com","more":1}"#, "application/json")] {
        let answer = try await gateway.send("POST", "/v1/customers/", body, type: type)
        #expect(answer.status == status)
        #expect(answer.json == Self.known)
        #expect(operations.asked.last?.data == ["domain": "a.com"])
      }
    }
  }

  @Test func theMappingsOfACustomerByQueryOrBody() async throws {
    let operations = FakeOperations { _ throws(Problem) in
      OperationReply(["mappings": [["app": "amc", "domain": .null, "customer_app_id": "x"]]])
    }
    try await TestGateway.run(operations) { gateway in
      for (path, body, type) in [
        ("?customer=u", "", nil), ("/", "customer=u", Self.form), ("", #"{"customer":"u"}"#, "application/json"),
      ] as [(String, String, String?)] {
        let answer = try await gateway.send("GET", "/v1/mappings\(path)", body, type: type)
        #expect(answer.json == [["app": "amc", "domain": .null, "aoo_id": "x", "app_id": "x"]])
        #expect(operations.asked.last?.data == ["customer": "u"])
      }
      let both = try await gateway.send("GET", "/v1/mappings?customer=u", "customer=u", type: Self.form)
      #expect(both.status == 200)
      for other in ["customer=x", "customer="] {
        let refused = try await gateway.send("GET", "/v1/mappings?customer=u", other, type: Self.form)
        #expect(refused.status == 400)
        #expect(refused.json?["customer"] != nil)
      }
    }
  }

  /// Refused before the route is asked, and told as the route tells.
  @Test func aQueryThatIsNoTextIsToldInTheSameShape() async throws {
    try await TestGateway.run(FakeOperations { _ in OperationReply([:]) }) { gateway in
      for (path, type) in [
        ("/v1/mappings", "application/json"), ("/updates", "application/json"),
        ("/api/customers", "application/problem+json"), ("/nowhere", "application/problem+json"),
      ] {
        let answer = try await gateway.send("GET", "\(path)?a=%ff", token: .none)
        #expect(answer.status == 400, "\(path)")
        #expect(answer.headers["Content-Type"] == type, "\(path)")
      }
    }
  }

  @Test(
    arguments: [
      (Problem.invalid([.init("/domain", "is required")]), 400, ["domain": ["This field is required."]]),
      (.invalid([.init("/app", "is no application's slug")]), 400, ["app": ["This field is no application's slug."]]),
      (.invalid([.init("/non_field_errors", "So.")]), 400, ["non_field_errors": ["So."]]),
      (Problem(.notFound, "x"), 404, ["detail": "Not found."]), (Problem(.malformed, "x"), 400, ["detail": "x"]),
      (Problem(.unavailable, "x"), 503, ["detail": "x"]),
    ] as [(Problem, Int, JSON)])
  func errorsHaveTheirOwnShape(_ problem: Problem, _ status: Int, _ body: JSON) async throws {
    try await TestGateway.run(Self.refusing(problem)) { gateway in
      let answer = try await gateway.send("POST", "/v1/customers", "domain=a", type: Self.form)
      #expect(answer.status == status)
      #expect(answer.json == body)
      #expect(answer.headers["Content-Type"] == "application/json")
    }
  }

  @Test func credentials() async throws {
    try await TestGateway.run { gateway in
      let none = try await gateway.send("GET", "/v1/query/amc/x", token: .none)
      #expect(none.status == 401)
      #expect(none.json == ["detail": "Authentication credentials were not provided."])
      let denied = try await gateway.send("GET", "/v1/query/amc/x", token: "a.b.c")
      #expect(denied.status == 403)
      #expect(denied.json == none.json)
      let other = try await gateway.send(
        "GET", "/v1/query/amc/x", token: try TestTokens.token(scopes: ["leads:read"]))
      #expect(other.json == ["detail": "You do not have permission to perform this action."])
    }
  }

  @Test(arguments: [
    ("[]", "application/json", 400), ("{", "application/json", 400), ("domain=%zz", form, 400),
    ("domain=a", "text/plain", 415), ("domain=a&domain=b", form, 400),
  ])
  func bodiesThatAreNone(_ body: String, _ type: String, _ status: Int) async throws {
    try await TestGateway.run { gateway in
      let answer = try await gateway.send("POST", "/v1/customers", body, type: type)
      #expect(answer.status == status)
      #expect(answer.json?["detail"] != nil)
      #expect(gateway.operations.asked.isEmpty)
    }
  }
}
