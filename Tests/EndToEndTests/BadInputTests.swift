import Contracts
import Foundation
import HTTPClient
import Testing

extension EndToEndTests {
  /// Bad input gets a clear error that names the field.
  struct BadInputTests {
    struct Case: Sendable, CustomTestStringConvertible {
      let name: String
      let path: String
      let body: JSON
      let pointers: [String]
      var testDescription: String { name }
    }

    static let mailout: [String: JSON] = [
      "text": "Hi", "end_at": "2099-01-01T00:00:00Z", "start_at": "2098-12-31T00:00:00Z",
    ]

    static func mailout(_ name: String, _ changes: [String: JSON], _ pointers: String...) -> Case {
      Case(
        name: name, path: "/api/mailouts", body: .object(mailout.merging(changes) { _, new in new }), pointers: pointers
      )
    }

    static func customer(_ name: String, _ body: JSON, _ pointers: String...) -> Case {
      Case(name: name, path: "/api/customers", body: body, pointers: pointers)
    }

    static let cases: [Case] = [
      mailout("unknown filter field", ["filter": ["tag": "x"]], "/filter/tag"),
      mailout("end before start", ["end_at": "2098-12-30T00:00:00Z"], "/end_at"),
      mailout(
        "naive timestamps", ["start_at": "2098-12-31T00:00:00", "end_at": "2099-01-01 00:00"], "/start_at", "/end_at"),
      mailout("placeholder nobody has", ["text": "Hi {{no_such_field_anywhere}}"], "/text"),
      mailout("open placeholder", ["text": "Hi {{name"], "/text"),
      mailout("wrong types", ["text": 5, "filter": [], "name": ["a"]], "/text", "/filter", "/name"),
      mailout("unknown field", ["colour": "red"], "/colour"),
      customer("wrong phone", ["phone": "8-916-1234567"], "/phone"),
      customer("short phone", ["phone": "12"], "/phone"),
      customer("unknown zone", ["phone": "79169990001", "timezone": "Mars/Olympus"], "/timezone"),
      customer("wrong type of tags", ["phone": "79169990001", "tags": "vip"], "/tags"),
      customer("two faults at once", ["phone": true, "timezone": "Nowhere"], "/phone", "/timezone"),
    ]

    @Test(arguments: cases) func everyFaultIsNamed(_ bad: Case) async throws {
      let answer = try await API.admin().post(bad.path, bad.body)
      #expect(answer.status == 422)
      #expect(answer.headers["content-type"]?.hasPrefix("application/problem+json") == true)
      let problem = try answer.json
      #expect(Set(problem["errors"]?.elements.compactMap { $0["pointer"]?.text } ?? []) == Set(bad.pointers))
      #expect(problem["status"] == 422)
      #expect(problem["title"]?.text?.isEmpty == false)
    }

    @Test func bodiesThatCannotBeRead() async throws {
      let api = try await API.admin()
      #expect(try await api.send(.post, "/api/mailouts", body: Array("{not json".utf8)).status == 400)
      #expect(try await api.send(.post, "/api/mailouts", body: Array("<xml/>".utf8), type: "text/xml").status == 415)
      let huge = Array(repeating: UInt8(ascii: "x"), count: 3 << 20)
      do {
        #expect(try await api.send(.post, "/api/mailouts", body: huge).status == 413)
      } catch let error as HTTPClientError where error.code == .reset {
        // The answer was there and the connection closed while the rest of the body was still being written.
      }
    }

    @Test(arguments: ["/api/customers", "/api/mailouts", "/api/messages"])
    func idsThatDoNotExist(path: String) async throws {
      let api = try await API.admin()
      #expect(try await api.get("\(path)/999999999999").status == 404)
      #expect(try await api.get("\(path)/notanumber").status == 404)
      #expect(try await api.get("\(path)/99999999999999999999999").status == 404)
    }

    @Test func withoutACredentialNothingIsRead() async throws {
      let api = API(base: try await Stack.shared().value("GATEWAY_URL"))
      for path in ["/api/customers", "/api/mailouts", "/api/messages", "/api/stats"] {
        #expect(try await api.get(path).status == 401)
      }
    }

    @Test func badLinesOfAnImportAreNamedAndTheGoodOnesGoIn() async throws {
      let summary = try await API.admin().importCSV(
        """
        phone,timezone,tags
        79330000001,Europe/Moscow,a
        banana,Europe/Moscow,a
        79330000002,Mars/Olympus,a
        79330000003,,b;c

        """)
      #expect(summary["rejected"] == 2)
      #expect((summary["created"]?.number ?? 0) + (summary["updated"]?.number ?? 0) == 2)
      #expect(summary["errors"]?.elements.map { $0["line"] } == [3, 4])
      #expect(summary["errors"]?.elements.map { $0["field"] } == ["phone", "timezone"])
    }

    @Test func aServiceThatIsDownIs503InTimeAndNeverAHang() async throws {
      let (stack, api) = (try await Stack.shared(), try await API.admin())
      try await stack.run("stop", "stats")
      let answer = try await api.get("/api/stats")
      try await stack.run("start", "stats")
      #expect(answer.status == 503)
      #expect(answer.headers["retry-after"] != nil)
      _ = try await eventually("statistics are back") {
        try await api.get("/api/stats").status == 200 ? true : nil
      }
    }
  }
}
