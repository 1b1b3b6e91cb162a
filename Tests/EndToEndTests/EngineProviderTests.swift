import Contracts
import Foundation
import Testing

extension EndToEndTests {
  /// Providers over REST, and their circuit.
  struct EngineProviderTests {
    private static func provider(_ api: API, named name: String) async throws -> JSON {
      let page = try await api.get("/api/providers").json
      return try #require(page["items"]?.elements.first { $0["name"] == .string(name) })
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
      let api = try await API.admin()
      let hasty: [String: JSON] = [
        "timeout_ms": 2_000, "connect_timeout_ms": 2_000, "retry": ["base_ms": 200, "max_attempts": 100],
        "breaker": ["slow_ms": 2_000],
      ]
      try await TestProvider.with(2, hasty) { provider in
        let tag = try await api.audience(600, from: 79_360_000_000)
        try await provider.fake.behave(["share": ["hang": 1]])
        let id = try await api.mailout(to: tag, ["provider": .string(provider.name)])
        _ = try await eventually("the circuit is open") { try await provider.circuit == "open" ? true : nil }
        // Through at least one probe that fails.
        _ = try await eventually("the circuit is half open") { try await provider.circuit == "half_open" ? true : nil }
        try await provider.fake.behave([:])
        let stats = try await api.finished(id)
        #expect(stats["counts"]?["sent"] == 600)
        #expect(try await provider.circuit == "closed")
        #expect(try await provider.fake.stats()["unique"] == 600)
      }
    }
  }
}
