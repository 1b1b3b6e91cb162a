import Testing

@testable import Gateway

@Suite struct DocumentRouteTests {
  @Test func thePageLoadsOnlyWhatTheGatewayHas() async throws {
    try await TestGateway.run { gateway in
      for path in ["/docs", "/docs/", "/api/ui", "/api/ui/"] {
        let page = try await gateway.send("GET", path, token: .none)
        #expect(page.status == 200)
        #expect(page.headers["Content-Type"] == "text/html; charset=utf-8")
        #expect(page.headers["Content-Security-Policy"]?.contains("default-src 'none'; script-src 'self'") == true)
        let loaded = page.text.matches(of: /(?:src|href)="([^"]+)"/).map { String($0.output.1) }
        #expect(loaded.count == 4)
        for path in loaded {
          #expect(path.hasPrefix("/"))
          #expect(try await gateway.send("GET", path, token: .none).status == 200, "\(path)")
        }
      }
    }
  }

  @Test func filesAreKeptByTheirVersion() async throws {
    try await TestGateway.run { gateway in
      for path in ["/docs", "/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js", "/docs/start.js", "/openapi.json"] {
        let first = try await gateway.send("GET", path, token: .none)
        let version = try #require(first.headers["ETag"])
        #expect(first.headers["X-Content-Type-Options"] == "nosniff")
        #expect(first.headers["Cache-Control"] != nil)
        let second = try await gateway.send("GET", path, token: .none, headers: [("If-None-Match", version)])
        #expect(second.status == 304)
        #expect(second.body.isEmpty)
      }
    }
  }

  @Test func theDescriptionIsServed() async throws {
    try await TestGateway.run { gateway in
      let answer = try await gateway.send("GET", "/openapi.json", token: .none)
      #expect(answer.headers["Content-Type"] == "application/json")
      #expect(answer.json?["openapi"] == "3.1.0")
      #expect(answer.json?["paths"]?["/api/customers"]?["post"]?["operationId"] == "createCustomer")
    }
  }
}
