import Contracts
import Foundation
import HTTPClient
import Testing

extension EndToEndTests {
  /// PUT, PATCH and DELETE of mailouts, as a program with an editor in front of it uses them.
  struct MailoutChangeTests {
    private static let scheduled: JSON = [
      "name": "Sale", "text": "Hi", "filter": ["tags": ["change-nobody"]], "start_at": "2098-12-31T00:00:00Z",
      "end_at": "2099-01-01T00:00:00Z",
    ]

    private func put(_ api: API, _ id: Int64, _ body: JSON, ifMatch: String? = nil) async throws -> API.Answer {
      try await api.send(.put, "/api/mailouts/\(id)", body: body.bytes, headers: Self.condition(ifMatch))
    }

    private func patch(_ api: API, _ id: Int64, _ body: JSON, ifMatch: String? = nil) async throws -> API.Answer {
      try await api.send(.patch, "/api/mailouts/\(id)", body: body.bytes, headers: Self.condition(ifMatch))
    }

    private func delete(_ api: API, _ id: Int64, ifMatch: String? = nil) async throws -> API.Answer {
      try await api.send(.delete, "/api/mailouts/\(id)", headers: Self.condition(ifMatch))
    }

    private static func condition(_ etag: String?) -> [(String, String)] { etag.map { [("If-Match", $0)] } ?? [] }

    private func expectProblem(_ answer: API.Answer, _ status: Int, _ words: String...) throws {
      #expect(answer.status == status)
      #expect(answer.headers["Content-Type"]?.hasPrefix("application/problem+json") == true)
      let detail = try answer.json["detail"]?.text ?? ""
      for word in words { #expect(detail.contains(word), "\(word) is not in: \(detail)") }
    }

    @Test func aScheduledOneChangesAltogether() async throws {
      let api = try await API.admin()
      let id = try await api.createMailout(Self.scheduled)
      let first = try #require(try await api.get("/api/mailouts/\(id)").headers["ETag"])

      let replaced = try await put(
        api, id,
        [
          "text": "Hello {{first_name|friend}}", "start_at": "2098-12-30T00:00:00Z", "end_at": "2099-02-01T00:00:00Z",
          "rate_limit": 7,
        ],
        ifMatch: first)
      #expect(replaced.status == 200)
      let second = try #require(replaced.headers["ETag"])
      #expect(second != first)
      #expect(try replaced.json["text"] == "Hello {{first_name|friend}}")
      // PUT means all of it: what was not named has its default.
      #expect(try replaced.json["name"] == "Hello {{first_name|friend}}")
      #expect(try replaced.json["filter"]?["tags"]?.elements.isEmpty ?? true)

      let changed = try await patch(
        api, id, ["name": "Spring", "start_at": "2098-12-31T00:00:00Z", "filter": ["phone_codes": ["916"]]],
        ifMatch: second)
      #expect(changed.status == 200)
      #expect(try changed.json["name"] == "Spring")
      #expect(try changed.json["text"] == "Hello {{first_name|friend}}")
      #expect(try changed.json["rate_limit"] == 7)

      let read = try await api.get("/api/mailouts/\(id)")
      #expect(read.body == changed.body)
      #expect(read.headers["ETag"] == changed.headers["ETag"])
      #expect(try await delete(api, id).status == 204)
    }

    @Test func whoHasNotSeenTheLastVersionIsToldSo() async throws {
      let api = try await API.admin()
      let id = try await api.createMailout(Self.scheduled)
      let stale = try #require(try await api.get("/api/mailouts/\(id)").headers["ETag"])
      let changed = try await patch(api, id, ["name": "Other"], ifMatch: stale)
      let fresh = try #require(changed.headers["ETag"])

      try expectProblem(try await patch(api, id, ["name": "Mine"], ifMatch: stale), 412)
      try expectProblem(try await put(api, id, Self.scheduled, ifMatch: stale), 412)
      try expectProblem(try await delete(api, id, ifMatch: stale), 412)
      // Nothing of that has happened.
      #expect(try await api.get("/api/mailouts/\(id)").body == changed.body)

      #expect(try await patch(api, id, ["name": "Mine"], ifMatch: "*").status == 200)
      try expectProblem(try await delete(api, id, ifMatch: fresh), 412)
      #expect(try await delete(api, id).status == 204)
      #expect(try await api.get("/api/mailouts/\(id)").status == 404)
    }

    @Test func everyFaultOfAChangeIsNamed() async throws {
      let api = try await API.admin()
      let id = try await api.createMailout(Self.scheduled)
      let before = try await api.get("/api/mailouts/\(id)").body
      func pointers(_ answer: API.Answer) throws -> Set<String> {
        try expectProblem(answer, 422)
        return Set(try answer.json["errors"]?.elements.compactMap { $0["pointer"]?.text } ?? [])
      }

      #expect(
        try pointers(try await patch(api, id, ["colour": "red", "text": 5, "name": .null, "filter": ["tag": "x"]]))
          == ["/colour", "/text", "/name", "/filter/tag"])
      #expect(try pointers(try await patch(api, id, ["end_at": "2098-12-30T00:00:00Z"])) == ["/end_at"])
      #expect(try pointers(try await patch(api, id, ["text": "Hi {{no_such_field_anywhere}}"])) == ["/text"])
      #expect(try pointers(try await put(api, id, ["colour": "red"])) == ["/colour", "/text", "/end_at"])
      #expect(try await api.get("/api/mailouts/\(id)").body == before)

      #expect(
        try await api.send(.patch, "/api/mailouts/\(id)", body: Array("{".utf8)).status == 400)
      #expect(
        try await api.send(.patch, "/api/mailouts/\(id)", body: Array("{}".utf8), type: "text/xml").status == 415)
      let wrong = try await api.send(.post, "/api/mailouts/\(id)", body: Array("{}".utf8))
      #expect(wrong.status == 405)
      #expect(wrong.headers["Allow"]?.contains("PATCH") == true)
      #expect(try await delete(api, id).status == 204)
    }

    @Test func thereIsNothingToChangeWhereThereIsNothing() async throws {
      let api = try await API.admin()
      for id: Int64 in [0, 999_999_999_999] {
        try expectProblem(try await put(api, id, Self.scheduled), 404)
        try expectProblem(try await patch(api, id, ["name": "x"]), 404)
        try expectProblem(try await delete(api, id), 404)
      }
    }

    @Test func aRunningOneChangesLittleAndGoesOnlyWhenItIsOver() async throws {
      let (api, fake) = (try await API.admin(), try await Fake.shared())
      try await fake.reset()
      // Everybody is to come back, at no attempt's cost: it runs until it is told otherwise.
      try await fake.behave(["share": ["http_429": 1], "retry_after_s": 1])
      let tag = "change-\(UInt32.random(in: 0 ... .max))"
      _ = try await api.importCSV("phone,tags\n79360000001,\(tag)\n")
      let end = Timestamp.format(.now.addingTimeInterval(3600))
      let id = try await api.createMailout(["text": "Hi", "filter": ["tags": [.string(tag)]], "end_at": .string(end)])
      _ = try await eventually("the mailout runs") {
        try await api.get("/api/mailouts/\(id)").json["status"] == "running" ? true : nil
      }

      try expectProblem(try await patch(api, id, ["text": "Other", "name": "x"]), 409, "running", "text", "name")
      try expectProblem(try await put(api, id, Self.scheduled), 409, "running")
      try expectProblem(try await delete(api, id), 409, "running", "cancel")
      let later = Timestamp.format(.now.addingTimeInterval(7200))
      let moved = try await patch(api, id, ["end_at": .string(later), "rate_limit": 50])
      #expect(moved.status == 200)
      #expect(try moved.json["rate_limit"] == 50)

      #expect(try await api.send(.post, "/api/mailouts/\(id)/cancel").status == 200)
      for changes: JSON in [["end_at": .string(end)], ["text": "Other"], ["end_at": "2020-01-01T00:00:00Z"]] {
        try expectProblem(try await patch(api, id, changes), 409, "cancelled")
      }
      try expectProblem(try await put(api, id, Self.scheduled), 409, "cancelled")
      try await fake.reset()
      _ = try await eventually("it can be deleted") {
        let answer = try await delete(api, id)
        if answer.status != 204 { try expectProblem(answer, 409, "cancelled") }
        return answer.status == 204 ? true : nil
      }
      #expect(try await api.get("/api/mailouts/\(id)").status == 404)
    }
  }
}
