import Contracts
import Service
import Testing

@testable import Gateway

/// Who may, how it is told, and what the platform asks.
@Suite struct ContactAccessTests {
  private static let id = "332de237-cab7-4461-bcc3-48e68f42bd5c"

  private static let places: [(method: String, path: String, scope: String)] = [
    ("GET", "/ctms", "contacts:read"), ("GET", "/ctms/\(id)", "contacts:read"), ("POST", "/ctms", "contacts:write"),
    ("PUT", "/ctms/\(id)", "contacts:write"), ("PATCH", "/ctms/\(id)", "contacts:write"),
    ("DELETE", "/ctms/a@b.cd", "contacts:write"), ("GET", "/updates", "contacts:read"),
    ("GET", "/identities", "contacts:read"), ("GET", "/identity/\(id)", "contacts:read"),
    ("GET", "/contact/email/\(id)", "contacts:read"), ("GET", "/contact/amo/\(id)", "contacts:read"),
    ("GET", "/contact/fpn/\(id)", "contacts:read"), ("GET", "/contact/fxa/\(id)", "contacts:read"),
    ("GET", "/health", "contacts:read"),
  ]

  @Test func whoIsNotKnownOrMayNotIsToldSo() async throws {
    try await ContactDesk.with { desk in
      for (method, path, scope) in Self.places {
        let body: JSON? = method == "GET" || method == "DELETE" ? nil : [:]
        let place = "\(method) \(path)"
        let none = try await desk.send(method, path, body, token: .none)
        #expect(none.status == 401, "\(place)")
        #expect(none.headers["WWW-Authenticate"] == "Bearer", "\(place)")
        #expect(none.json == ["detail": "Not authenticated"], "\(place)")
        for bad in ["nonsense", "a.b.c", try desk.token(expiresIn: -60)] {
          let refused = try await desk.send(method, path, body, token: bad)
          #expect(refused.status == 401, "\(place)")
          #expect(refused.headers["WWW-Authenticate"] == "Bearer", "\(place)")
          #expect(refused.json == ["detail": "Could not validate credentials"], "\(place)")
        }
        let basic = try await desk.send(method, path, body, token: .none, headers: [("Authorization", "Basic eDp5")])
        #expect(basic.json == ["detail": "Not authenticated"], "\(place)")
        let others = ["contacts:read", "contacts:write", "customers:read", "customers:write"].filter { $0 != scope }
        let forbidden = try await desk.send(method, path, body, token: try desk.token(scopes: others))
        #expect(forbidden.status == 403, "\(place)")
        #expect(forbidden.json == ["detail": .string("Permission(s) required: \(scope)")], "\(place)")
      }
    }
  }

  @Test func programsGetTokensByTheirCredentials() async throws {
    try await ContactDesk.with { desk in
      let made = try await desk.send(
        "POST", "/api/clients", ["client_id": "id_basket", "name": "Basket", "scopes": ["contacts:read"]])
      try #require(made.status == 201, "\(made.text)")
      let secret = try #require(made.json["client_secret"]?.string)
      let form = "grant_type=client_credentials&client_id=id_basket&client_secret=\(URLText.escape(secret))"
      let type = "application/x-www-form-urlencoded"
      let answer = try await desk.send("POST", "/token", raw: form, type: type, token: .none)
      #expect(answer.status == 200, "\(answer.text)")
      #expect(answer.json["token_type"] == "bearer")
      let token = try #require(answer.json["access_token"]?.string)
      #expect(try await desk.send("GET", "/ctms?sfdc_id=x", token: token).json == [])
      let write = try await desk.send("POST", "/ctms", ContactDesk.body(), token: token)
      #expect(write.status == 403)
      #expect(write.json == ["detail": "Permission(s) required: contacts:write"])
      #expect(
        String(decoding: desk.metrics.exposition(), as: UTF8.self).contains(
          #"ctms_api_requests_total{method="GET",path_template="/ctms",client_id="id_basket",status_code_family="2xx"} 1"#
        ))
      _ = try await desk.send(
        "POST", "/api/clients", ["client_id": "id_gone", "name": "Gone", "scopes": ["contacts:read"], "enabled": false])
      let disabled = try await desk.send(
        "GET", "/ctms?sfdc_id=x", token: try desk.token(scopes: ["contacts:read"], for: "api_client:id_gone"))
      #expect(disabled.status == 400)
      #expect(disabled.json == ["detail": "API Client has been disabled"])
      let unknown = try await desk.send(
        "GET", "/ctms?sfdc_id=x", token: try desk.token(scopes: ["contacts:read"], for: "api_client:id_nobody"))
      #expect(unknown.status == 401)
      #expect(unknown.json == ["detail": "Could not validate credentials"])
    }
  }

  @Test func anIDThatNoClientCanHaveIsRefusedLikeAnyOther() async throws {
    try await ContactDesk.with { desk in
      // At random: what repeats itself is made shorter before an index has to hold it.
      var id = ""
      for _ in 0..<1_000 { id.unicodeScalars.append(Unicode.Scalar(UInt32.random(in: 0x4E00...0x9FFF)) ?? "x") }
      let answer = try await desk.send(
        "POST", "/token", raw: "client_id=\(URLText.escape(id))&client_secret=x",
        type: "application/x-www-form-urlencoded", token: .none)
      #expect(answer.status == 400, "\(answer.text)")
      #expect(answer.json == ["detail": "Incorrect username or password"])
    }
  }

  @Test func otherTypesAndSizesAreRefusedInTheSameShape() async throws {
    try await ContactDesk.with { desk in
      let type = try await desk.send("POST", "/ctms", raw: "x=1", type: "application/x-www-form-urlencoded")
      #expect(type.status == 415)
      #expect(type.json["detail"]?.string?.isEmpty == false)
      let large = try await desk.send("POST", "/ctms", raw: String(repeating: " ", count: 2 << 20))
      #expect(large.status == 413)
      #expect(large.json["detail"]?.string?.isEmpty == false)
      let deep = String(repeating: "[", count: 5_000)
      let answer = try await desk.send("POST", "/ctms", raw: deep)
      #expect(answer.status == 422)
      #expect(answer.json.at("detail", "0", "msg") == "JSON decode error")
      #expect(try await desk.send("POST", "/ctms/\(Self.id)", [:]).status == 405)
    }
  }

  @Test func textsThatTryToBeMoreAreTexts() async throws {
    try await ContactDesk.with { desk in
      let hostile = [
        "'; drop table customer.customer; --", "{{first_name}}", "<script>", "../../etc/passwd", "%00", "\\u0000",
      ]
      for (number, text) in hostile.enumerated() {
        let id = try await desk.create(
          ContactDesk.body(
            ["first_name": .string(text), "sfdc_id": .string("\(number)\(text)")],
            [
              "newsletters": [["name": .string(text)]],
              "waitlists": [["name": .string(text), "fields": ["x": .string(text)]]],
            ]))
        let contact = try await desk.contact(id)
        #expect(contact.at("email", "first_name") == .string(text))
        #expect(contact.at("newsletters", "0", "name") == .string(text))
        #expect(contact.at("waitlists", "0", "fields", "x") == .string(text))
        let found = try await desk.get("/ctms?sfdc_id=\(URLText.escape("\(number)\(text)"))")
        #expect(found.json.list.count == 1)
        // Nobody has such an address; some are no path at all.
        let gone = try await desk.send("DELETE", "/ctms/\(URLText.escape(text))")
        #expect([400, 404].contains(gone.status), "\(text): \(gone.status)")
      }
    }
  }

  @Test func thePlatformAsksHowItIs() async throws {
    try await ContactDesk.with { desk in
      let empty = try await desk.send("GET", "/__heartbeat__", token: .none)
      #expect(empty.status == 200)
      #expect(empty.json.at("details", "database", "messages", "db.0002") != nil)
      _ = try await desk.create(ContactDesk.body())
      let good = try await desk.send("GET", "/__heartbeat__", token: .none)
      #expect(good.status == 200)
      #expect(good.json == ["status": "ok", "checks": ["database": "ok"], "details": [:]])
      let load = try await desk.send("GET", "/__lbheartbeat__", token: .none)
      #expect(load.status == 200)
      let version = try await desk.send("GET", "/__version__", token: .none)
      #expect(version.status == 200)
      guard case .object(let members) = version.json else { return }
      #expect(Set(members.keys) == ["commit", "version", "image_tag", "source", "build"])
      #expect(members["version"] == .string(BuildInfo.version))
      #expect(try await desk.get("/health").json == ["health": "OK"])
    }
  }

  @Test func requestsAreCountedUnderTheNamesOfTheInterface() async throws {
    try await ContactDesk.with { desk in
      func exposition() -> String { String(decoding: desk.metrics.exposition(), as: UTF8.self) }
      let zero =
        #"ctms_requests_total{method="GET",path_template="/ctms/{email_id}",status_code="200",status_code_family="2xx"} 0"#
      #expect(exposition().contains(zero))
      #expect(exposition().contains(#"ctms_requests_duration_seconds_bucket{method="GET",path_template="/updates""#))
      let id = try await desk.create(ContactDesk.body())
      _ = try await desk.get("/ctms/\(id)")
      _ = try await desk.get("/ctms/\(Self.id)")
      _ = try await desk.get("/nowhere/at/all")
      let text = exposition()
      #expect(text.contains(zero.replacing("} 0", with: "} 1")))
      #expect(
        text.contains(
          #"ctms_requests_total{method="GET",path_template="/ctms/{email_id}",status_code="404",status_code_family="4xx"} 1"#
        ))
      #expect(
        text.contains(
          #"ctms_api_requests_total{method="POST",path_template="/ctms",client_id="operator:basket",status_code_family="2xx"} 1"#
        ))
      #expect(!text.contains("nowhere"))
      #expect(text.contains("ctms_contacts_total"))
    }
  }
}
