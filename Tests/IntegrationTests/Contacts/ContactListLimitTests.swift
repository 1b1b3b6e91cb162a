import Contracts
import Testing

/// PATCH /ctms/{email_id} makes no list longer than one request could.
@Suite struct ContactListLimitTests {
  @Test func aFullListTakesNoMoreAndCanBeChanged() async throws {
    try await ContactDesk.with { desk in
      for list in ["newsletters", "waitlists"] {
        let items = (0..<500).map { JSON.object(["name": .string("n\($0)")]) }
        let id = try await desk.create(ContactDesk.body([:], [list: .array(items)]))
        let before = try await desk.contact(id)
        let refused = try await desk.send("PATCH", "/ctms/\(id)", .object([list: [["name": "one more"]]]))
        #expect(refused.status == 422, "\(refused.text)")
        #expect(refused.json.at("detail", "0", "type") == "too_long")
        let place: JSON = ["body", .string(list)]
        #expect(refused.json.at("detail", "0", "loc") == place)
        #expect(try await desk.contact(id) == before)
        let changed = try await desk.send(
          "PATCH", "/ctms/\(id)", .object([list: [["name": "n0", "unsub_reason": "bored", "subscribed": false]]]))
        #expect(changed.status == 200, "\(changed.text)")
        #expect(changed.json.at(list)?.list.count == 500)
      }
    }
  }
}
