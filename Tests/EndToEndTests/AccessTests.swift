import Contracts
import Foundation
import HTTPClient
import Testing

extension EndToEndTests {
  /// Operators, keys and clients, from the gateway to the database and back, and what the audit log tells of it.
  struct AccessTests {
    private static let password = "correct horse battery"

    private func admin() async throws -> API { try await API.admin() }

    private func status(_ api: API, _ authorization: String, _ path: String) async throws -> Int {
      try await API(base: api.base).send(.get, path, headers: [("Authorization", authorization)]).status
    }

    /// An access token by a form.
    private func token(_ api: API, _ path: String, _ form: String) async throws -> JSON {
      let answer = try await API(base: api.base).send(
        .post, path, body: Array(form.utf8), type: "application/x-www-form-urlencoded")
      return try #require(answer.status == 200 ? try answer.json : nil, "\(path): \(answer.status)")
    }

    private func unique(_ name: String) -> String { "\(name)-\(UInt32.random(in: 0 ... .max))" }

    @Test func aKeyOpensWhatItsScopesOpenUntilItIsRevoked() async throws {
      let api = try await admin()
      let made = try await api.post("/api/api-keys", ["name": "shop", "scopes": ["customers:read"]])
      #expect(made.status == 201)
      let id = try #require(try made.json["id"]?.number)
      let key = "Api-Key \(try #require(try made.json["key"]?.text))"
      #expect(try await status(api, key, "/api/customers?limit=1") == 200)
      #expect(try await status(api, key, "/api/mailouts?limit=1") == 403)
      #expect(try await status(api, key + "x", "/api/customers") == 401)
      #expect(try await api.send(.delete, "/api/api-keys/\(id)").status == 204)
      _ = try await eventually("the revoked key is refused") {
        try await status(api, key, "/api/customers?limit=1") == 401 ? true : nil
      }
      #expect(try await api.get("/api/api-keys/\(id)").status == 404)
    }

    @Test func aClientsTokenOpensUntilTheClientIsDisabled() async throws {
      let api = try await admin()
      let name = "id_\(unique("news"))"
      let made = try await api.post("/api/clients", ["client_id": .string(name), "scopes": ["customers:read"]])
      #expect(made.status == 201)
      let id = try #require(try made.json["id"]?.number)
      let secret = try #require(try made.json["client_secret"]?.text)
      let granted = try await token(
        api, "/token", "grant_type=client_credentials&client_id=\(name)&client_secret=\(secret)")
      #expect(granted["expires_in"] == 3600)
      let bearer = "Bearer \(try #require(granted["access_token"]?.text))"
      #expect(try await status(api, bearer, "/api/customers?limit=1") == 200)
      let patched = try await api.send(.patch, "/api/clients/\(id)", body: JSON.object(["enabled": false]).bytes)
      #expect(patched.status == 200)
      _ = try await eventually("the disabled client is refused") {
        try await status(api, bearer, "/api/customers?limit=1") == 401 ? true : nil
      }
      let refused = try await API(base: api.base).send(
        .post, "/token", body: Array("client_id=\(name)&client_secret=\(secret)".utf8),
        type: "application/x-www-form-urlencoded")
      #expect(refused.status == 400)
      #expect(try refused.json == ["detail": "Incorrect username or password"])
    }

    @Test func anOperatorIsMadeLogsInAndIsLockedOut() async throws {
      let api = try await admin()
      let name = unique("anna")
      let made = try await api.post(
        "/api/operators", ["username": .string(name), "role": "viewer", "password": .string(Self.password)])
      #expect(made.status == 201)
      let id = try #require(try made.json["id"]?.number)
      let form = "username=\(name)&password=\(Self.password.replacing(" ", with: "+"))"
      let granted = try await token(api, "/auth/token", form)
      let bearer = "Bearer \(try #require(granted["access_token"]?.text))"
      #expect(try await status(api, bearer, "/api/me") == 200)
      #expect(try await status(api, bearer, "/api/operators") == 403)
      let disabled = try await api.send(.patch, "/api/operators/\(id)", body: JSON.object(["disabled": true]).bytes)
      #expect(try disabled.json["disabled"] == true)
      let refresh = "grant_type=refresh_token&refresh_token=\(try #require(granted["refresh_token"]?.text))"
      let refused = try await API(base: api.base).send(
        .post, "/auth/token", body: Array(refresh.utf8), type: "application/x-www-form-urlencoded")
      #expect(refused.status == 400)
      #expect(try await api.send(.delete, "/api/operators/\(id)").status == 204)
    }

    @Test func theAuditLogTellsWhoDidWhatInEveryService() async throws {
      let api = try await admin()
      let slug = unique("app")
      let made = try await api.post("/api/applications", ["slug": .string(slug), "name": "App"])
      let id = try #require(try made.json["id"]?.number)
      let mailout = try await api.createMailout([
        "name": "audited", "text": "x", "filter": ["tags": ["nobody"]], "start_at": "2099-01-01T00:00:00Z",
        "end_at": "2099-01-02T00:00:00Z",
      ])
      for (subject, operation, service) in [
        ("application/\(id)", "application.create.v1", "customer"),
        ("mailout/\(mailout)", "mailout.create.v1", "mailout-scheduler"),
      ] {
        let lines = try await eventually("\(operation) is in the audit log") {
          let page = try await api.get("/api/audit?subject=\(subject)&operation=\(operation)").json
          return page["items"]?.elements.isEmpty == false ? page["items"]?.elements : nil
        }
        #expect(lines.count == 1)
        #expect(lines.first?["principal"] == "operator:admin")
        #expect(lines.first?["service"] == .string(service))
        #expect(lines.first?["origin"] == "127.0.0.1")
        #expect(lines.first?["trace_id"]?.text?.count == 32)
      }
      _ = try await API(base: api.base).send(
        .post, "/auth/token", body: Array("username=admin&password=wrong".utf8),
        type: "application/x-www-form-urlencoded")
      _ = try await eventually("the refused log-in is in the audit log") {
        let page = try await api.get("/api/audit?principal=anonymous&operation=operator.authenticate.v1&limit=1").json
        return page["items"]?.elements.first?["result"] == "refused" ? true : nil
      }
      #expect(try await api.get("/api/audit?from=yesterday").status == 422)
    }
  }
}
