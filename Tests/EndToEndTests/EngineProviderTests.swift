import Contracts
import Foundation
import Testing

extension EndToEndTests {
  /// Providers over REST, and their circuit.
  struct EngineProviderTests {
    /// So many customers of a tag of their own.
    private static func audience(_ api: API, _ count: Int, first: Int) async throws -> String {
      let tag = "engine-\(UInt32.random(in: 0 ... .max))"
      let lines = (0..<count).map { "\(first + $0),\(tag)" }
      _ = try await api.importCSV("phone,tags\n" + lines.joined(separator: "\n") + "\n")
      return tag
    }

    private static func mailout(
      _ api: API, _ tag: String, _ more: [String: JSON] = [:], seconds: Double = 300
    ) async throws -> Int64 {
      try await api.createMailout(
        .object(
          more.merging([
            "text": "Hello", "filter": ["tags": [.string(tag)]],
            "end_at": .string(Timestamp.format(.now.addingTimeInterval(seconds))),
          ]) { $1 }))
    }

    private static func provider(_ api: API, named name: String) async throws -> JSON {
      let page = try await api.get("/api/providers").json
      return try #require(page["items"]?.elements.first { $0["name"] == .string(name) })
    }

    private static func circuit(_ api: API, _ name: String) async throws -> JSON? {
      try await provider(api, named: name)["circuit"]?["state"]
    }

    @Test func aProviderIsManagedOverREST() async throws {
      let api = try await API.admin()
      let name = "rest-\(UInt32.random(in: 0 ... .max))"
      let body: JSON = ["name": .string(name), "url": "https://sms.example.com", "token": "top.secret.bearer"]
      let made = try await api.post("/api/providers", body)
      #expect(made.status == 201)
      #expect(!String(decoding: made.body, as: UTF8.self).contains("bearer"))
      let path = "/api/providers/\(try #require(try made.json["id"]?.number))"
      #expect(try await api.post("/api/providers", body).status == 409)
      let wrong = try await api.post("/api/providers", ["name": "A b", "url": "x", "concurrency": 0])
      #expect(wrong.status == 422)
      #expect(try wrong.json["errors"]?.elements.count == 4)
      let tag = try #require(try await api.get(path).headers["etag"])
      let changes = Array(#"{"concurrency":3,"breaker":{"open_ms":500}}"#.utf8)
      let changed = try await api.send(.patch, path, body: changes, headers: [("If-Match", tag)])
      #expect(changed.status == 200)
      #expect(try changed.json["concurrency"] == 3)
      #expect(try await api.send(.patch, path, body: changes, headers: [("If-Match", tag)]).status == 412)
      #expect(try await api.post(path + "/circuit", ["state": "open"]).json["circuit"]?["state"] == "open")
      #expect(try await api.post(path + "/circuit", ["state": "sideways"]).status == 422)
      #expect(try await api.send(.delete, path).status == 409)
      #expect(try await api.send(.patch, path, body: Array(#"{"enabled":false}"#.utf8)).status == 200)
      _ = try await eventually("the provider may go") {
        try await api.send(.delete, path).status == 204 ? true : nil
      }
      #expect(try await api.get(path).status == 404)
      let environment = try await Self.provider(api, named: "default")
      let own = "/api/providers/\(try #require(environment["id"]?.number))"
      #expect(try await api.send(.patch, own, body: Array(#"{"url":"https://x.example"}"#.utf8)).status == 422)
    }

    /// At a complete hang the circuit opens, nothing is burned, and sending goes on by itself when it is over.
    @Test func aHangOpensTheCircuitAndItRecovers() async throws {
      let (api, fake) = (try await API.admin(), try await Fake.shared())
      try await fake.reset()
      let tag = try await Self.audience(api, 600, first: 79_360_000_000)
      try await fake.behave(["share": ["hang": 1]])
      let id = try await Self.mailout(api, tag)
      _ = try await eventually("the circuit is open") {
        try await Self.circuit(api, "default") == "open" ? true : nil
      }
      // Through at least one probe that fails.
      _ = try await eventually("the circuit is half open") {
        try await Self.circuit(api, "default") == "half_open" ? true : nil
      }
      try await fake.behave([:])
      let stats = try await api.finished(id)
      #expect(stats["counts"]?["sent"] == 600)
      #expect(try await Self.circuit(api, "default") == "closed")
      #expect(try await fake.stats()["unique"] == 600)
      try await fake.reset()
    }
  }
}
