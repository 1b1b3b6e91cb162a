import Contracts
import FoundationEssentials
import HTTPClient
import Messaging
import Postgres
import Service
import Testing

@testable import Customer

/// Log-in through a provider that is none of ours: oidc-provider-mock from PyPI, started as it comes.
@Suite(.serialized) struct OpenIDConnectTests {
  private static let http = HTTPClient(configuration: HTTPClientConfiguration(connectTimeout: .seconds(60)))

  private struct Setting: Sendable {
    let fixture: CustomerFixture
    let issuer: String

    func begin() async throws -> (location: String, binding: JSON) {
      let reply = try await fixture.json(.beginExternalLogin, ["address": "192.0.2.1"])
      guard case .string(let location)? = reply["location"], let binding = reply["binding"] else {
        throw Problem(.internal, "no location in \(reply)")
      }
      return (location, binding)
    }

    /// What the browser does at the provider: says who it is, and is sent back with these parameters.
    func visit(_ location: String, as subject: String, denies: Bool = false) async throws -> [String: String] {
      let form = denies ? "action=deny" : "sub=\(subject)"
      let answer = try await OpenIDConnectTests.http.send(
        HTTPClientRequest(
          method: .post, url: location, headers: [("Content-Type", "application/x-www-form-urlencoded")],
          body: Array(form.utf8), timeout: .seconds(300)))
      let back = try #require(
        answer.headers["Location"], "\(answer.status) \(String(decoding: answer.body, as: UTF8.self))")
      let query = try #require(URLComponents(string: back)?.queryItems)
      return Dictionary(query.map { ($0.name, $0.value ?? "") }) { first, _ in first }
    }

    func finish(_ back: [String: String], binding: JSON) async throws -> JSON {
      var data: [String: JSON] = ["binding": binding, "address": "192.0.2.1"]
      for name in ["state", "code", "error"] { data[name] = back[name].map(JSON.string) }
      return try await fixture.json(.finishExternalLogin, .object(data))
    }

    func refusal(_ back: [String: String], binding: JSON) async throws -> Problem? {
      do {
        _ = try await finish(back, binding: binding)
        return nil
      } catch let problem as Problem {
        return problem
      }
    }

    func logIn(_ subject: String) async throws -> JSON {
      let (location, binding) = try await begin()
      return try await finish(try await visit(location, as: subject), binding: binding)
    }
  }

  private func with(_ body: (Setting) async throws -> Void) async throws {
    let provider = try await ProviderProcess.start()
    defer { provider.stop() }
    for (subject, claims) in [
      ("anna", #"{"preferred_username":"anna","groups":["staff","mailout-admins"]}"#),
      ("bob", #"{"preferred_username":"bob","groups":["staff"]}"#),
      ("carl", #"{"preferred_username":"carl","groups":["visitors"]}"#),
      ("dora", #"{"preferred_username":"root","groups":["staff"]}"#),
    ] {
      try await provider.put("/users/\(subject)", claims)
    }
    let settings = OpenIDSettings(
      issuer: provider.issuer, clientID: "mailout", clientSecret: Secret("a secret"),
      redirectURL: "http://127.0.0.1:8080/auth/oidc/callback",
      roles: RoleMapping(claim: "groups", values: [.admin: ["mailout-admins"], .viewer: ["staff"]]))
    try await CustomerFixture.with(openID: OpenIDProvider(settings: settings, http: Self.http, timeout: .seconds(300)))
    {
      fixture async throws in
      try await body(Setting(fixture: fixture, issuer: provider.issuer))
    }
  }

  @Test func whoHasARoleThereGetsItHere() async throws {
    try await with { setting async throws in
      let tokens = try await setting.logIn("anna")
      #expect(tokens["token_type"] == "bearer")
      let refresh = tokens["refresh_token"] ?? .null
      #expect(try await setting.fixture.refusal(.refreshToken, ["refresh_token": refresh]) == nil)
      _ = try await setting.logIn("bob")
      _ = try await setting.logIn("anna")
      let list = try await setting.fixture.json(.listOperators, [:])
      guard case .array(let items)? = list["items"] else { throw Problem(.internal, "no list") }
      #expect(items.map { $0["username"] } == ["anna", "bob"], "one operator a person, however often they log in")
      #expect(items.map { $0["role"] } == ["admin", "viewer"])
      #expect(items.allSatisfy { $0["external"] == true })
      #expect(
        try await setting.fixture.refusal(.authenticate, ["username": "anna", "password": "anything"])
          == .unauthenticated, "no password leads in")
    }
  }

  @Test func whoHasNoneIsNotLetIn() async throws {
    try await with { setting async throws in
      let problem = await #expect(throws: Problem.self) { try await setting.logIn("carl") }
      #expect(problem?.code == .forbidden)
      #expect(try await setting.fixture.count("select count(*) from customer.operator") == 0)
    }
  }

  @Test func nobodyTakesOverAnothersNameOrComesBackDisabled() async throws {
    try await with { setting async throws in
      _ = try await setting.fixture.json(
        .createOperator, ["username": "Root", "role": "admin", "password": "correct horse battery"])
      let problem = await #expect(throws: Problem.self) { try await setting.logIn("dora") }
      #expect(problem?.code == .forbidden)
      _ = try await setting.logIn("bob")
      let id = try await setting.fixture.count("select id from customer.operator where username = 'bob'")
      _ = try await setting.fixture.call(.updateOperator, ["id": .integer(id), "changes": ["disabled": true]])
      let disabled = await #expect(throws: Problem.self) { try await setting.logIn("bob") }
      #expect(disabled?.code == .forbidden)
    }
  }

  @Test func aLogInIsGoodOnceAndInTheBrowserThatBeganIt() async throws {
    try await with { setting async throws in
      let (location, binding) = try await setting.begin()
      let back = try await setting.visit(location, as: "bob")
      let (_, other) = try await setting.begin()
      #expect(try await setting.refusal(back, binding: other)?.code == .unauthenticated, "another browser's cookie")
      #expect(
        try await setting.refusal(back, binding: binding)?.code == .unauthenticated, "the state is used up by then")

      let (again, second) = try await setting.begin()
      let good = try await setting.visit(again, as: "bob")
      _ = try await setting.finish(good, binding: second)
      #expect(try await setting.refusal(good, binding: second)?.code == .unauthenticated)

      let (late, third) = try await setting.begin()
      let old = try await setting.visit(late, as: "bob")
      try await setting.fixture.pool.query("update customer.external_login set expires_at = now()")
      #expect(try await setting.refusal(old, binding: third)?.code == .unauthenticated)
    }
  }

  /// Were they two, a change by an administrator between them would not end the token.
  @Test func aLogInAndItsTokenAreOneTransaction() async throws {
    try await with { setting async throws in
      try await setting.fixture.pool.query(
        "alter table customer.refresh_token add constraint none_can_be_made check (false)")
      let (location, binding) = try await setting.begin()
      let back = try await setting.visit(location, as: "bob")
      let error = try await databaseError { try await setting.finish(back, binding: binding) }
      #expect(error.constraint == "none_can_be_made")
      #expect(try await setting.fixture.count("select count(*) from customer.operator") == 0)
    }
  }

  @Test func aRefusalAndACodeOfNoOneAreRefused() async throws {
    try await with { setting async throws in
      let (location, binding) = try await setting.begin()
      var back = try await setting.visit(location, as: "bob", denies: true)
      #expect(back["error"] == "access_denied")
      // The provider of the test leaves the state out of a refusal; others do not.
      if back["state"] == nil {
        back["state"] = URLComponents(string: location)?.queryItems?.first { $0.name == "state" }?.value
      }
      #expect(try await setting.refusal(back, binding: binding)?.code == .unauthenticated)
      let (second, other) = try await setting.begin()
      var forged = try await setting.visit(second, as: "bob")
      forged["code"] = "made-up"
      #expect(try await setting.refusal(forged, binding: other)?.code == .unauthenticated)
      // All of it is in the audit log.
      let refused = try await setting.fixture.count(
        "select count(*) from customer.audit where operation = 'operator.external.finish.v1' and result = 'refused'")
      #expect(refused == 2)
    }
  }
}
