import Contracts
import Foundation
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

    /// Every list that the description has, in both of the orders that it says.
    @Test func everyListGoesBothWays() async throws {
      let api = try await API.admin()
      let end = Timestamp.format(.now.addingTimeInterval(7200))
      for tag in ["both-ways-1", "both-ways-2"] {
        _ = try await api.post("/api/tags", ["tag": .string(tag)])
        _ = try await api.createMailout(
          ["text": "x", "start_at": .string(end), "end_at": .string(Timestamp.format(.now.addingTimeInterval(9000)))])
      }
      let document = try await api.get("/openapi.json").json
      var lists = 0
      for (path, sorts) in try Self.lists(document) {
        lists += 1
        try #require(sorts.count == 2 && sorts[1] == "-\(sorts[0])" || sorts.count == 4, "\(path): \(sorts)")
        let key = path == "/api/stats" ? "mailout_id" : sorts[0]
        func keys(_ query: String) async throws -> (keys: [JSON], next: String?) {
          let answer = try await api.get("\(path)?\(query)")
          try #require(answer.status == 200, "\(path)?\(query)")
          let page = try answer.json
          let rows = (page["items"] ?? page["mailouts"])?.elements ?? []
          return (rows.compactMap { $0[key] }, page["next"]?.text)
        }
        let up = try await keys("limit=1000&sort=\(sorts[0])").keys
        let down = try await keys("limit=1000&sort=\(sorts[1])").keys
        // Others may add to a list meanwhile, and one may be longer than a page.
        let (ups, downs) = (up.filter { down.contains($0) }, down.filter { up.contains($0) })
        if ups.count < 1000 { #expect(ups == downs.reversed(), "\(path)") }
        for (sort, all) in [(sorts[0], up), (sorts[1], down)] {
          let first = try await keys("limit=1&sort=\(sort)")
          guard let next = first.next else { continue }
          let second = try await keys("limit=1&sort=\(sort)&after=\(next)")
          guard let one = all.firstIndex(of: first.keys[0]), let other = all.firstIndex(of: second.keys[0]) else {
            continue
          }
          #expect(other == one + 1, "\(path) in the order \(sort)")
        }
        #expect(try await api.get("\(path)?sort=nonsense").status == 422, "\(path)")
      }
      #expect(lists >= 16)
    }

    /// The lists of the API, each with the values that its `sort` may have. A list without an order is a fault.
    private static func lists(_ document: JSON) throws -> [(path: String, sorts: [String])] {
      guard case .object(let paths)? = document["paths"] else { return [] }
      return try paths.compactMap { path, methods in
        guard path.hasPrefix("/api/"), !path.contains("{"), let list = methods["get"] else { return nil }
        let parameters = (list["parameters"]?.elements ?? []).compactMap { parameter -> JSON? in
          guard let name = parameter["$ref"]?.text?.split(separator: "/").last else { return parameter }
          return document["components"]?["parameters"]?[String(name)]
        }
        guard parameters.contains(where: { $0["name"] == "limit" }) else { return nil }
        let found = parameters.first(where: { $0["name"] == "sort" })
        let sort = try #require(found, "\(path) has no order")
        let values = try #require(sort["schema"]?["enum"], "\(path): \(sort)").elements
        return (path, values.compactMap { $0.text })
      }
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
