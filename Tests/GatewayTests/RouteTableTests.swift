import Contracts
import HTTPServer
import Messaging
import Security
import Service
import Testing

@testable import Gateway

@Suite struct RouteTableTests {
  static let routes: [Route] = RouteTable(
    settings: GatewaySettings(), keys: KeyRing(operations: FakeOperations(), rules: Gateway.tokenRules),
    readiness: Readiness(stop: ShutdownSignal()), followers: MailoutFollowers(limit: 1), metrics: Metrics()
  ).routes

  /// Operations that services ask of one another, and how one gets a token.
  static let internals: Set<Operation> = [
    .audiencePage, .audienceMembers, .audienceCount, .audienceBounds, .audienceZones, .knownFields, .authenticate,
    .refreshToken, .tokenKeys, .authenticateClient, .verifyAPIKey, .clientStanding, .beginExternalLogin,
    .finishExternalLogin, .controlSnapshot,
    .signUp, .logIn, .refreshSession, .logOut, .requestReset, .resetPassword, .sessionStanding,
    .providerFacts, .failedMessages, .consentSnapshot, .integrationScopes, .noteRefusal, .checkContacts, .countContacts,
    .waitingOfPerson, .leadsOfPerson, .messagesOfPerson, .eraseWaiting, .eraseLeads, .eraseMessages,
  ]

  /// `/api/customers/{id}` with numbers for its parameters.
  static func path(_ route: Route) -> String {
    route.pattern.replacing("{id}", with: "7").replacing("{tag_id}", with: "3")
      .replacing("{email_id}", with: "332de237-cab7-4461-bcc3-48e68f42bd5c")
      .replacing("{phone_code_id}", with: "4").replacing("{mailout_id}", with: "5")
      .replacing("{app}", with: "amc").replacing("{customer_app_id}", with: "x")
      .replacing("{email}", with: "a@b.cd").replacing("{lead_id}", with: "lead-1").replacing("{mode}", with: "send")
      .replacing("{phone_code_id}", with: "4").replacing("{mailout_id}", with: "5")
  }

  @Test func onlyTheseArePublic() {
    let open = Self.routes.filter { $0.access == .public }.map(\.pattern).sorted()
    #expect(
      open == [
        "/", "/.well-known/jwks.json", "/__heartbeat__", "/__lbheartbeat__", "/__version__", "/api/ui",
        "/asyncapi.json", "/auth/login", "/auth/logout", "/auth/oidc/callback", "/auth/oidc/login", "/auth/refresh",
        "/auth/reset", "/auth/signup", "/auth/token", "/docs", "/docs/logged-in.js", "/docs/start.js",
        "/docs/swagger-ui-bundle.js", "/docs/swagger-ui.css", "/livez", "/openapi.json", "/readyz", "/redoc", "/token",
      ])
  }

  @Test func readsNeedReadScopesAndChangesWriteScopes() {
    for route in Self.routes {
      guard case .scope(let scope) = route.access else { continue }
      let isRead = route.method == .get || route.pattern == "/api/search"
      #expect(scope.hasSuffix(isRead ? ":read" : ":write"), "\(route.method) \(route.pattern)")
    }
  }

  @Test func theIndexLeadsToEveryGroup() async throws {
    try await TestGateway.run { gateway in
      let answer = try await gateway.send("GET", "/api")
      let links = Set(
        try #require(answer.json?["links"]).members.values.compactMap { link in
          if case .string(let path) = link { path } else { nil }
        })
      let patterns = Set(Self.routes.map(\.pattern))
      #expect(links.isSubset(of: patterns), "\(links.subtracting(patterns))")
      let groups = Self.routes.map(\.pattern).filter { $0.split(separator: "/").count == 2 && $0.hasPrefix("/api/") }
      #expect(links.isSuperset(of: Set(groups).subtracting(["/api/ui"])))
    }
  }

  @Test func noRouteIsThereTwice() {
    let names = Self.routes.map { "\($0.method) \($0.pattern)" }
    #expect(Set(names).count == names.count)
  }

  /// What anybody may send without a credential must not fill the memory for bodies.
  @Test func whereNoBodyIsTakenAtMostASmallOneIsRead() {
    for route in Self.routes where route.body.limit == nil {
      #expect(route.body.mode == .buffered(upTo: 4096), "\(route.method) \(route.pattern)")
    }
    for route in Self.routes where route.access == .public {
      #expect(route.body.limit ?? 0 <= 16 << 10, "\(route.method) \(route.pattern)")
    }
  }

  /// Every route that is not public refuses who shows nothing, who shows something bad, and, where it needs a scope, who
  /// has every other one, by a token or by a key, before anything else is asked of a service. The table is the router's
  /// own: no route is outside of it, and `Access` has no default.
  @Test func everyScopeIsEnforced() async throws {
    let scopeless = APIKey.generate()
    let operations = FakeOperations { asked throws(Problem) in
      guard asked.operation == .verifyAPIKey, asked.data["prefix"] == .string(scopeless.prefix) else {
        throw Problem(.unauthenticated, "The API key is not good.")
      }
      return OperationReply(["scopes": []])
    }
    let forged = APIKey.generate()
    try await TestGateway.run(operations) { gateway in
      for route in Self.routes where route.access != .public {
        func answer(_ authorization: String?) async throws -> TestGateway.Answer {
          try await gateway.send(
            route.method.rawValue, Self.path(route), token: .none,
            headers: authorization.map { [("Authorization", $0)] } ?? [])
        }
        let place = "\(route.method) \(route.pattern)"
        let none = try await answer(nil)
        #expect(none.status == 401, "\(place)")
        switch route.face.name {
        case Face.contacts.name:
          #expect(none.headers["WWW-Authenticate"] == "Bearer", "\(place)")
          #expect(none.json == ["detail": "Not authenticated"], "\(place)")
        default:
          #expect(none.headers["WWW-Authenticate"] == "Bearer realm=\"mailout\"", "\(place)")
          if route.face.name == Face.problem.name { #expect(none.problem("status") == 401, "\(place)") }
        }
        for bad in [
          "Bearer a.b.c", "Bearer \(try TestTokens.token(expiresIn: -1))", "Api-Key \(forged.text)", "Basic YTpi",
        ] {
          // A credential that is denied is 403 to those who know applications' mappings from elsewhere.
          let denied = route.face.name == Face.mappings.name && !bad.hasPrefix("Basic") ? 403 : 401
          #expect(try await answer(bad).status == denied, "\(place) \(bad.prefix(8))")
        }
        guard case .scope(let scope) = route.access else { continue }
        let others = try TestTokens.token(scopes: Set(Scope.all).subtracting([scope]))
        for wrong in ["Bearer \(others)", "Api-Key \(scopeless.text)"] {
          let answer = try await answer(wrong)
          #expect(answer.status == 403, "\(place)")
          #expect(answer.headers["WWW-Authenticate"]?.contains("insufficient_scope") == true, "\(place)")
        }
      }
      #expect(Set(operations.asked.map(\.operation)) == [.verifyAPIKey])
    }
  }

  /// The scope of a route is the one its service asks for, and the operation is called as who asked.
  @Test func everyOperationIsAskedForUnderItsOwnScope() async throws {
    try await TestGateway.run { gateway in
      for route in Self.routes {
        guard case .scope(let scope) = route.access,
          !["/import", "/export", "/health", "/metrics"].contains(where: route.pattern.hasSuffix)
        else { continue }
        let before = gateway.operations.asked.count
        let type = route.method == .get || route.method == .delete ? nil : "application/json"
        _ = try await gateway.send(route.method.rawValue, Self.path(route), "{}", type: type)
        let asked = gateway.operations.asked.dropFirst(before)
        let place = "\(route.method) \(route.pattern)"
        #expect(asked.map(\.operation.scope) == [scope], "\(place)")
        #expect(asked.first?.caller.principal == "operator:anna", "\(place)")
        #expect((asked.first?.idempotencyKey != nil) == (asked.first?.operation.kind == .command), "\(place)")
        let isRead = route.method == .get || route.pattern == "/api/search"
        #expect((asked.first?.operation.kind == .query) == isRead, "\(place)")
      }
      let used = Set(gateway.operations.asked.map(\.operation)).union([.importCustomers, .exportCustomers])
      #expect(used.union(Self.internals) == Set(Operation.all))
    }
  }
}
