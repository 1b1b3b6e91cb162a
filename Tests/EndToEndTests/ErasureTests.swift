import Contracts
import Foundation
import Testing

extension EndToEndTests {
  /// A person with everything that can be kept of one is shown all of it, and erased from every table of every service.
  struct ErasureTests {
    private let mark = String(UInt32.random(in: 100_000...999_999))
    private var phone: String { "7963\(mark)7" }
    private var email: String { "rosalind\(mark)@example.com" }
    private var tag: String { "erasure-\(mark)" }
    /// What nobody else has.
    private var traces: [String] {
      [phone, email, "Rosalind\(mark)", "Quince\(mark)", "nick\(mark)", "fxa\(mark)", "user\(mark)"]
    }

    private func made(_ api: API, _ path: String, _ body: JSON) async throws -> JSON {
      let answer = try await api.post(path, body)
      try #require([200, 201].contains(answer.status), "\(path): \(String(decoding: answer.body, as: UTF8.self))")
      return try answer.json
    }

    /// The person; their id.
    private func person(_ api: API) async throws -> Int64 {
      let customer = try await made(
        api, "/api/customers",
        [
          "phone": .string(phone), "email": .string(email), "first_name": .string("Rosalind\(mark)"),
          "last_name": .string("Quince\(mark)"), "tags": [.string(tag)],
          "attributes": ["nickname": .string("nick\(mark)")],
        ])
      let uuid = try #require(customer["uuid"]?.text)
      let groups: JSON = [
        "fxa": ["fxa_id": .string("fxa\(mark)"), "primary_email": .string(email)],
        "amo": ["username": .string("user\(mark)"), "user_id": .string(mark)],
        "mofo": ["mofo_email_id": .string("mofo\(mark)")],
        "newsletters": [["name": "news"]], "waitlists": [["name": "vpn", "fields": ["geo": "fr"]]],
      ]
      let patched = try await api.send(.patch, "/ctms/\(uuid)", body: groups.bytes)
      try #require(patched.status == 200, "\(String(decoding: patched.body, as: UTF8.self))")
      let app = "app-\(mark)"
      _ = try await made(api, "/api/applications", ["slug": .string(app), "name": "An application"])
      _ = try await made(
        api, "/v1/mappings",
        ["customer": .string(uuid), "app": .string(app), "customer_app_id": .string("user\(mark)")])
      return try #require(customer["id"]?.number)
    }

    /// A lead that names the person as its source does.
    private func lead(_ api: API) async throws {
      let fake = try await Stack.shared().value("FAKE_PROVIDER_URL")
      let form = Int64.random(in: 1_000_000_000...9_000_000_000)
      _ = try await made(
        api, "/api/buyers",
        [
          "name": .string("buyer-\(mark)"), "routing": ["customer_ids": [.integer(form)]], "timeout_ms": 25_000,
          "stages": [
            "test": [
              "url": .string("\(fake)/buyers/buyer-\(mark)"), "username": "mailout", "password": "not-a-real-one",
            ]
          ],
        ])
      let national = "8 (963) \(mark.prefix(3))-\(mark.dropFirst(3))7"
      let answer = try await api.post(
        "/send",
        [
          "lead_id": .string("lead-\(mark)"), "customer_id": .integer(form),
          "customer_fields_mapping": [
            "a": ["customer_key": "Email_Titulaire", "customer_value": .string(email)],
            "b": ["customer_key": "Telephone", "customer_value": .string(national)],
            "c": ["customer_key": "Nom_Titulaire", "customer_value": .string("Quince\(mark)")],
          ],
        ])
      try #require([200, 201, 202].contains(answer.status), "\(String(decoding: answer.body, as: UTF8.self))")
    }

    private func mailout(_ api: API) async throws -> Int64 {
      try await api.createMailout([
        "text": "Hello {{first_name|you}}", "filter": ["tags": [.string(tag)]],
        "end_at": .string(Timestamp.format(.now.addingTimeInterval(7200))),
      ])
    }

    @Test func anErasedPersonIsFoundNowhereAndNotCalled() async throws {
      let (api, fake, stack) = (try await API.admin(), try await Fake.shared(), try await Stack.shared())
      try await fake.reset()
      let id = try await person(api)
      let other = try await made(
        api, "/api/customers", ["phone": .string("7964\(mark)7"), "tags": [.string(tag)]])
      try await lead(api)
      let sent = try await mailout(api)
      let before = try await api.finished(sent)
      #expect(before["counts"] == ["sent": 2])
      // From here on everybody is tried, nobody reached, and no attempt used up.
      try await fake.behave(["share": ["http_429": 1], "retry_after_s": 1])
      let waiting = try await mailout(api)
      let single = try await made(
        api, "/api/messages", ["customer_id": .integer(id), "text": .string("Dear Rosalind\(mark)")])
      _ = try await eventually("all are tried") {
        try await fake.stats()["unique"]?.number ?? 0 >= 5 ? true : nil
      }
      try #require(try await api.send(.post, "/api/mailouts/\(waiting)/pause").status == 200)
      _ = try await eventually("both wait") {
        let counts = try await api.stats(waiting)["counts"]
        return (counts?["deferred"]?.number ?? 0) + (counts?["retrying"]?.number ?? 0) == 2 ? true : nil
      }

      let export = try await eventually("the export has all messages") {
        let data = try await api.get("/api/customers/\(id)/personal-data").json
        // A bare nil would be JSON's null.
        return data["messages"]?.elements.count == 3 && data["audit"]?.elements.isEmpty == false
          ? data : JSON?.none
      }
      let text = String(decoding: export.bytes, as: UTF8.self).lowercased()
      for trace in traces { #expect(text.contains(trace.lowercased()), "the export lacks \(trace)") }
      #expect(export["leads"]?.elements.first?["lead_id"] == .string("lead-\(mark)"))
      #expect(export["waiting"]?["mailout_messages"]?.elements.count == 1)
      #expect(!(try await Scan.find(traces)).isEmpty)

      // A service that is away at the moment does its part when it is back.
      try await stack.kill("stats")
      let erasure = try await made(api, "/api/erasures", ["customer_id": .integer(id)])
      let place = "/api/erasures/\(erasure["id"]?.number ?? 0)"
      let complete = try await eventually("the erasure is complete") {
        let answer = try await api.get(place)
        return try answer.status == 200 && answer.json["state"] == "complete" ? answer.json : JSON?.none
      }
      #expect(complete["services"]?.elements.allSatisfy { $0["state"] == "done" } == true, "\(complete)")

      try await fake.reset()
      try #require(try await api.send(.post, "/api/mailouts/\(waiting)/resume").status == 200)
      let after = try await api.finished(waiting)
      #expect(after["counts"] == ["sent": 1, "cancelled": 1])
      #expect(try await api.stats(sent)["counts"] == before["counts"])
      #expect(try await fake.calls().map { String($0.phone) } == ["7964\(mark)7"])
      // How it ended lies in a queue of its own when the erasure is complete.
      let ended = try await eventually("the end of the single message is counted") {
        let message = try await api.get("/api/messages/\(single["id"]?.number ?? 0)").json
        return message["status"] == "cancelled" ? message : JSON?.none
      }
      #expect(ended["customer_id"] == .null && ended["text"] == .null, "\(ended)")
      #expect(try await api.get("/api/messages?customer_id=\(id)").json["items"]?.elements.isEmpty == true)
      #expect(try await api.get("/api/customers/\(id)/personal-data").status == 404)
      #expect(try await api.get("/api/customers/\(id)").status == 404)
      #expect(try await api.get("/api/customers/\(other["id"]?.number ?? 0)").status == 200)
      let audit = try await eventually("the order is in the audit log") {
        let lines = try await api.get("/api/audit?operation=erasure.create.v1&limit=10").json["items"]?.elements ?? []
        return lines.first { $0["subject"]?["id"] == .string(String(erasure["id"]?.number ?? 0)) }
      }
      #expect(audit["principal"] == "operator:admin")
      let found = try await Scan.find(traces)
      #expect(found == [])
    }
  }
}
