import Contracts
import Testing

extension EndToEndTests {
  /// Every list, from the gateway to its owner and back.
  struct ListTests {
    @Test(arguments: ["customers", "mailouts", "messages", "providers", "dead-letters"])
    func aPageComesAndAFaultIsNamed(list: String) async throws {
      let api = try await API.admin()
      let page = try await api.get("/api/\(list)?limit=1")
      #expect(page.status == 200)
      let json = try page.json
      #expect(json["items"] != nil && json["next"] != nil)
      let wrong = try await api.get("/api/\(list)?limit=0")
      #expect(wrong.status == 422)
      #expect(try wrong.json["errors"]?.elements.first?["pointer"] == "/limit")
      let unknown = try await api.get("/api/\(list)?nonsense=1")
      #expect(unknown.status == 422)
    }

    @Test func providersAreMadeReadChangedAndRemoved() async throws {
      let api = try await API.admin()
      let made = try await api.post(
        "/api/providers", ["name": "list-test", "url": "http://127.0.0.1:9", "token": "secret-of-list-test"])
      #expect(made.status == 201)
      let id = try #require(try made.json["id"]?.number)
      let read = try await api.get("/api/providers/\(id)")
      #expect(read.status == 200)
      #expect(!String(decoding: read.body, as: UTF8.self).contains("secret-of-list-test"))
      let changed = try await api.send(
        .patch, "/api/providers/\(id)", body: JSON.object(["concurrency": 7]).bytes)
      #expect(try changed.json["concurrency"] == 7)
      let opened = try await api.post("/api/providers/\(id)/circuit", ["state": "open"])
      #expect(try opened.json["circuit"]?["state"] == "open")
      // Its work goes back first: disabled, and a rest.
      #expect(try await api.send(.delete, "/api/providers/\(id)").status == 409)
      let disabled = try await api.send(
        .patch, "/api/providers/\(id)", body: JSON.object(["enabled": false]).bytes)
      #expect(disabled.status == 200)
      _ = try await eventually("the provider is gone") {
        try await api.send(.delete, "/api/providers/\(id)").status == 204 ? true : nil
      }
      #expect(try await api.get("/api/providers/\(id)").status == 404)
    }
  }
}
