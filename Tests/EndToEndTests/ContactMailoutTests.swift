import Contracts
import Foundation
import Testing

extension EndToEndTests {
  /// Contacts in a mailout: chosen by newsletter, country and language, spared by an opt-out.
  struct ContactMailoutTests {
    private func patch(_ api: API, _ uuid: String, _ body: JSON) async throws {
      let answer = try await api.send(.patch, "/ctms/\(uuid)", body: body.bytes)
      try #require(answer.status == 200, "\(String(decoding: answer.body, as: UTF8.self))")
    }

    @Test func aMailoutIsForTheSubscribersOfANewsletterInACountry() async throws {
      let (api, fake) = (try await API.admin(), try await Fake.shared())
      try await fake.reset()
      let newsletter = "news-\(UInt32.random(in: 0 ... .max))"
      var uuids: [String] = []
      for number in 0..<8 {
        let customer = try await api.post(
          "/api/customers",
          ["phone": .string("7963000000\(number)"), "email": .string("\(newsletter)\(number)@example.com")])
        try #require(customer.status == 201)
        uuids.append(try #require(try customer.json["uuid"]?.text))
      }
      let (joined, germany): (JSON, JSON) = (
        ["newsletters": [["name": .string(newsletter)]]], ["email": ["mailing_country": "DE", "email_lang": "de"]]
      )
      for uuid in uuids.prefix(7) { try await patch(api, uuid, joined) }
      for uuid in uuids.dropFirst(1) { try await patch(api, uuid, germany) }
      // 1 joined in another language, 2 has left again, 3 wants nothing at all.
      try await patch(api, uuids[1], ["email": ["email_lang": "fr"]])
      try await patch(api, uuids[2], ["newsletters": "UNSUBSCRIBE"])
      try await patch(api, uuids[3], ["email": ["has_opted_out_of_email": true]])

      let filter: JSON = [
        "newsletters": [.string(newsletter), "another"], "countries": ["de", "at"], "languages": ["de"],
      ]
      let id = try await api.createMailout([
        "text": "Hallo", "filter": filter, "end_at": .string(Timestamp.format(.now.addingTimeInterval(7200))),
      ])
      let stats = try await api.finished(id)
      #expect(stats["counts"] == ["sent": 3])
      #expect(Set(try await fake.calls().map { $0.phone - 79_630_000_000 }) == [4, 5, 6])
      let stored = try await api.get("/api/mailouts/\(id)").json
      #expect(stored["filter"]?["newsletters"] == [.string(newsletter), "another"])
      #expect(stored["filter"]?["countries"] == ["de", "at"])
      let audience = try await api.get("/api/mailouts/\(id)/audience").json
      #expect(audience["count"] == 3)
      #expect(audience["opted_out"] == 1)
    }
  }
}
