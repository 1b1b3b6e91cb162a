import Contracts
import HTTPServer
import Messaging
import Testing

@testable import Gateway

/// What holds for every route, from the table of all of them.
@Suite struct ConventionTests {
  private static let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

  /// The routes of the platform's own interface that are one operation each; the others have shapes and tests of
  /// their own.
  private static var operations: [Route] {
    RouteTableTests.routes.filter { $0.operation != nil && $0.face.name == Face.problem.name }
  }

  private func send(
    _ gateway: TestGateway, _ route: Route, suffix: String = "", headers: [(String, String)] = []
  ) async throws -> TestGateway.Answer {
    let type = route.body.types?.first?.rawValue
    return try await gateway.send(
      route.method.rawValue, RouteTableTests.path(route) + suffix, type == nil ? "" : "{}", type: type, headers: headers
    )
  }

  @Test func aSlashAtTheEndChangesNothing() async throws {
    try await TestGateway.run { gateway in
      for route in Self.operations {
        let answer = try await send(gateway, route, suffix: "/")
        #expect((200...299).contains(answer.status), "\(route.method) \(route.pattern)")
        #expect(gateway.operations.asked.last?.operation == route.operation, "\(route.method) \(route.pattern)")
      }
    }
  }

  @Test func unknownParametersAreNamed() async throws {
    try await TestGateway.run { gateway in
      // The groups that others speak already keep their own habits.
      for route in Self.operations where route.face.name == Face.problem.name {
        let answer = try await send(gateway, route, suffix: "?colour=red")
        #expect(answer.status == 422, "\(route.method) \(route.pattern)")
        guard case .array(let faults)? = answer.problem("errors") else {
          Issue.record("\(route.method) \(route.pattern) names nothing")
          continue
        }
        #expect(faults.map { $0["pointer"] } == ["/colour"], "\(route.method) \(route.pattern)")
      }
      #expect(gateway.operations.asked.isEmpty)
    }
  }

  @Test func everyAnswerCanBeTraced() async throws {
    try await TestGateway.run { gateway in
      for route in Self.operations {
        let place = "\(route.method) \(route.pattern)"
        let answer = try await send(gateway, route, headers: [("X-Request-Id", "mine"), ("traceparent", Self.trace)])
        #expect(answer.headers["X-Request-Id"] == "mine", "\(place)")
        #expect(answer.headers["RateLimit"]?.hasPrefix("\"default\";r=") == true, "\(place)")
        #expect(gateway.operations.asked.last?.caller.traceparent == Self.trace, "\(place)")
      }
    }
  }

  @Test func keysAndVersionsArePassedOn() async throws {
    try await TestGateway.run { gateway in
      for route in Self.operations where route.operation?.kind == .command {
        let place = "\(route.method) \(route.pattern)"
        _ = try await send(gateway, route, headers: [("Idempotency-Key", "k-1"), ("If-Match", "\"5-x\"")])
        let asked = gateway.operations.asked.last
        #expect(asked?.idempotencyKey == "k-1", "\(place)")
        #expect((asked?.data["if_match"] == "5-x") == (route.input?.hasTarget == true), "\(place)")
      }
    }
  }

  @Test func otherMethodsAndTypesAreToldWhatIsRight() async throws {
    try await TestGateway.run { gateway in
      for pattern in Set(Self.operations.map(\.pattern)) {
        let routes = RouteTableTests.routes.filter { $0.pattern == pattern }
        let path = RouteTableTests.path(routes[0])
        let options = try await gateway.send("OPTIONS", path)
        #expect(options.status == 204, "\(pattern)")
        let allowed = Set((options.headers["Allow"] ?? "").split(separator: ", ").map(String.init))
        #expect(allowed.isSuperset(of: routes.map(\.method.rawValue)), "\(pattern)")
        #expect(allowed.contains("HEAD") == allowed.contains("GET"), "\(pattern)")
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] where !allowed.contains(method) {
          let answer = try await gateway.send(method, path, type: "application/json")
          #expect(answer.status == 405, "\(method) \(pattern)")
          #expect(answer.headers["Allow"] == options.headers["Allow"], "\(method) \(pattern)")
        }
      }
      for route in Self.operations where route.body.types != nil {
        let answer = try await gateway.send(
          route.method.rawValue, RouteTableTests.path(route), "<a/>", type: "application/xml")
        #expect(answer.status == 415, "\(route.method) \(route.pattern)")
      }
      #expect(gateway.operations.asked.isEmpty)
    }
  }

  @Test func headIsGetWithoutItsBody() async throws {
    let operations = FakeOperations { _ in OperationReply(["items": [], "next": nil, "id": 7], etag: "3") }
    try await TestGateway.run(operations) { gateway in
      for route in Self.operations where route.method == .get {
        let path = RouteTableTests.path(route)
        let (get, head) = (try await gateway.send("GET", path), try await gateway.send("HEAD", path))
        #expect(head.status == get.status, "\(path)")
        #expect(head.body.isEmpty, "\(path)")
        for name in ["Content-Type", "ETag", "Link"] {
          #expect(head.headers[name] == get.headers[name], "\(path) \(name)")
        }
      }
    }
  }
}
