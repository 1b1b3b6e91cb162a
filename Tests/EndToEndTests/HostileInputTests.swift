import Contracts
import Foundation
import HTTPClient
import Testing

extension EndToEndTests {
  /// Whatever is sent about customers, the answer is clear, and what is refused leaves nothing behind.
  struct HostileInputTests {
    /// Every way to write: method, path (with {id} of one there is), and a body that would be right.
    static let writes: [(method: HTTPClientRequest.Method, path: String, right: JSON)] = [
      (.post, "/api/customers", ["email": "hostile@example.com"]),
      (.put, "/api/customers/{id}", ["email": "hostile@example.com"]),
      (.patch, "/api/customers/{id}", ["first_name": "Hostile"]),
      (.post, "/api/customers/{id}/tags", ["tag": "hostile"]),
      (.post, "/api/tags", ["tag": "hostile"]),
      (.post, "/api/phone_codes", ["phone_code": "998"]),
      (.post, "/api/timezones", ["timezone": "Asia/Tokyo"]),
      (.post, "/api/search", ["text": "hostile"]),
    ]

    /// No JSON, or none of an object.
    static let shapes: [[UInt8]] = noObjects.map { Array($0.utf8) } + noTexts

    private static let noObjects: [String] = [
      "", " ", "\n", "null", "true", "1", "-1.5e300", "\"x\"", "[]", "[{}]", "{", "}", "{}}", "{\"a\"}", "{\"a\":}",
      "{\"a\":1,}", "{'a':1}", "{a:1}", "{\"a\":NaN}", "{\"a\":01}", "{\"a\":1e}", "{\"a\":\"\\ud800\"}",
      "{\"a\":\"\\x\"}", "{\"a\":\"\t\"}", "//{}", "<customer/>", "phone=79161234567", "\u{FEFF}{}",
      String(repeating: "[", count: 100_000), String(repeating: "{\"a\":", count: 50_000),
      "{\"a\":\(String(repeating: "[", count: 100))\(String(repeating: "]", count: 100))}",
    ]

    /// Bytes that are no UTF-8, alone or in a string, and zeros.
    private static let noTexts: [[UInt8]] =
      [[0], [0xFF, 0xFE], Array("{}".utf8) + [0]]
      + [[0xC3, 0x28], [0xC0, 0xAF], [0], [0xED, 0xA0, 0x80]].map { (bytes: [UInt8]) -> [UInt8] in
        Array("{\"tag\":\"".utf8) + bytes + Array("\"}".utf8)
      }

    /// What no field takes.
    static let wrongValues: [JSON] = [
      true, 1, -1, .number(1.5), .number(1e300), [], [[]], ["a": "b"], "", "\u{0}", "a\u{0}b", "\u{7F}", "\u{1B}[2J",
      .string(String(repeating: "x", count: 5000)),
    ]
    static let fields: [String: [String]] = [
      "/api/customers": ["phone", "phone_code", "timezone", "email", "first_name", "last_name"],
      "/api/customers/{id}/tags": ["tag"], "/api/tags": ["tag"], "/api/phone_codes": ["phone_code"],
      "/api/timezones": ["timezone"],
    ]

    /// What is text to everybody but a careless program.
    static let texts = [
      "'; drop table customer.customer; --", "' or '1'='1", "\\'; select pg_sleep(10); --", "$1", "${jndi:ldap://x}",
      "{{first_name}}", "%s%n%x", "../../etc/passwd", "<script>alert(1)</script>", "=1+1", "@SUM(A1)", "-2+3", "\"",
      "\\",
      "'", "a,b;c\"d\ne", "Zoë", "Ωμέγα", "名前", "👩‍👩‍👧‍👦", "\u{202E}evil", "i\u{307}", "null", "NaN", "\t",
      "a\u{300}\u{301}\u{302}",
    ]

    /// A body that is empty says its type too, so that the type is not what is refused.
    private static func typed(_ body: [UInt8]) -> [(String, String)] {
      body.isEmpty ? [("Content-Type", "application/json")] : []
    }

    private func snapshot(_ api: API) async throws -> [String] {
      var all: [String] = []
      for path in ["/api/customers/export?format=ndjson", "/api/tags", "/api/phone_codes", "/api/timezones"] {
        all.append(String(decoding: try await api.get(path).body, as: UTF8.self))
      }
      return all
    }

    private func customer(_ api: API) async throws -> Int64 {
      let made = try await api.post("/api/customers", ["email": "victim@example.com"])
      return try #require(try made.json["id"]?.number)
    }

    /// A client's fault, told as a problem.
    private func expectRefused(_ answer: API.Answer, _ what: String) {
      #expect((400...499).contains(answer.status), "\(answer.status): \(what)")
      #expect(answer.headers["content-type"]?.hasPrefix("application/problem+json") == true, "\(what)")
    }

    @Test func bodiesOfEveryWrongShape() async throws {
      let api = try await API.admin()
      let id = try await customer(api)
      let before = try await snapshot(api)
      for (method, path, _) in Self.writes {
        let path = path.replacing("{id}", with: "\(id)")
        for body in Self.shapes {
          let what = "\(method) \(path) \(String(decoding: body.prefix(40), as: UTF8.self))"
          expectRefused(
            try await api.send(
              method, path, body: body, headers: Self.typed(body)), what)
        }
      }
      #expect(try await snapshot(api) == before)
    }

    @Test func valuesThatNoFieldTakes() async throws {
      let api = try await API.admin()
      let id = try await customer(api)
      let before = try await snapshot(api)
      for (method, pattern, right) in Self.writes {
        let path = pattern.replacing("{id}", with: "\(id)")
        for field in Self.fields[pattern] ?? [] {
          for value in Self.wrongValues {
            guard case .object(var members) = right else { continue }
            members[field] = value
            let answer = try await api.send(method, path, body: JSON.object(members).bytes)
            let what = "\(method) \(path) \(field): \(String(decoding: value.bytes.prefix(40), as: UTF8.self))"
            #expect(answer.status == 422, "\(what)")
            let pointers = try answer.json["errors"]?.elements.compactMap { $0["pointer"]?.text } ?? []
            #expect(pointers.allSatisfy { $0.hasPrefix("/\(field)") } && !pointers.isEmpty, "\(what): \(pointers)")
          }
        }
        guard case .object(var members) = right else { continue }
        members["surprise"] = 1
        #expect(try await api.send(method, path, body: JSON.object(members).bytes).status == 422, "\(method) \(path)")
      }
      #expect(try await snapshot(api) == before)
    }

    /// Names are kept to the byte, by every way in and out.
    @Test func textsAreOnlyTexts() async throws {
      let api = try await API.admin()
      let tag = "hostile-\(UUID().uuidString.prefix(8))"
      for (index, text) in Self.texts.enumerated() {
        let made = try await api.post(
          "/api/customers",
          [
            "email": .string("\(tag)-\(index)@example.com"), "first_name": .string(text), "last_name": .string(text),
            "attributes": ["note": .string(text)], "tags": [.string(tag)],
          ])
        try #require(made.status == 201, "\(text): \(String(decoding: made.body, as: UTF8.self))")
        let id = try #require(try made.json["id"]?.number)
        let read = try await api.get("/api/customers/\(id)").json
        #expect(read["first_name"]?.text == text)
        #expect(read["attributes"]?["note"]?.text == text)
        let query = text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        for parameter in ["tag", "phone_code", "timezone", "phone", "email", "q", "sort", "after", "limit", "x"] {
          let answer = try await api.get("/api/customers?\(parameter)=\(query)")
          #expect([200, 422].contains(answer.status), "\(parameter)=\(text): \(answer.status)")
        }
        #expect(try await api.post("/api/search", ["text": .string(text)]).status == 200, "\(text)")
      }
      let csv = try await api.get("/api/customers/export?format=csv&tag=\(tag)")
      let report = try await api.importCSV(String(decoding: csv.body, as: UTF8.self))
      #expect(report["updated"]?.number == Int64(Self.texts.count), "\(report)")
      #expect(report["rejected"] == 0)
      let names = try await api.get("/api/customers?limit=1000&tag=\(tag)").json["items"]?.elements
        .compactMap { $0["first_name"]?.text }
      #expect(names == Self.texts)
    }

    /// Bodies nobody would write, the same ones each time: never a fault of ours.
    @Test(arguments: 1...4) func bodiesAtRandom(_ seed: UInt64) async throws {
      let api = try await API.admin()
      let id = try await customer(api)
      var random = Fuzz(seed: seed)
      for (method, pattern, right) in Self.writes {
        let path = pattern.replacing("{id}", with: "\(id)")
        for _ in 0..<60 {
          let body = random.body(like: right)
          let answer = try await api.send(
            method, path, body: body, headers: Self.typed(body))
          let what = "\(method) \(path) \(String(decoding: body.prefix(200), as: UTF8.self))"
          #expect(
            (200...299).contains(answer.status) || (400...499).contains(answer.status), "\(answer.status): \(what)")
        }
      }
      #expect(try await api.get("/api/customers/\(id)").status == 200)
    }

    @Test func pathsAndQueries() async throws {
      let api = try await API.admin()
      for (path, statuses) in [
        ("/api/customers/..%2f..%2fetc%2fpasswd", [400, 404]), ("/api/customers/%00", [400, 404]),
        ("/api/customers/1%27", [404]),
        ("/api/customers/-1", [404]), ("/api/customers/9223372036854775808", [404]), ("/api/customers/1.0", [404]),
        ("/api/tags/%F0%9F%92%A9", [404]), ("/api/phone_codes/1/2", [404]), ("/api/timezones//", [404]),
        ("/api/customers?q=%00", [400, 422]), ("/api/customers?q=%ff", [400]), ("/api/customers?q=", [422]),
        ("/api/customers?limit=0", [422]), ("/api/customers?limit=99999999999999999999", [422]),
        ("/api/customers?q=a&q=b", [422]), ("/api/customers?after=AAAA", [422]), ("/api/customers?x%00=1", [400, 422]),
        ("/api/customers/export?format=exe", [422]), ("/api/tags?sort=id", [422]),
        ("/api/customers?" + String(repeating: "tag=a&", count: 200), [422]),
      ] {
        let answer = try await api.get(path)
        #expect(statuses.contains(answer.status), "\(path): \(answer.status)")
        expectRefused(answer, path)
      }
    }
  }
}
