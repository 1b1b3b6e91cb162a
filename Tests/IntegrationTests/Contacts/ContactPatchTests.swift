import Contracts
import Testing

/// PATCH /ctms/{email_id}: only what is named changes.
@Suite struct ContactPatchTests {
  private static let groups: [String: JSON] = [
    "amo": ["user_id": "1", "display_name": "One"], "fxa": ["fxa_id": "2", "lang": "fr"],
    "mofo": ["mofo_contact_id": "3"],
    "newsletters": [["name": "a", "format": "T"], ["name": "b", "subscribed": false]],
    "waitlists": [["name": "vpn", "fields": ["geo": "fr", "platform": "ios"]]],
  ]

  /// One change of that contact: the body, and what is then at each path ("amo/user_id").
  struct Row: Sendable {
    let title: String
    let patch: JSON
    let after: [String: JSON]
  }

  private static let rows: [Row] = [
    Row(title: "nothing", patch: [:], after: ["amo/user_id": "1", "email/sfdc_id": "s", "newsletters/0/name": "a"]),
    Row(
      title: "one field", patch: ["email": ["first_name": "J"]], after: ["email/first_name": "J", "email/sfdc_id": "s"]),
    Row(title: "null clears", patch: ["email": ["sfdc_id": .null]], after: ["email/sfdc_id": .null]),
    Row(
      title: "opt-out", patch: ["email": ["has_opted_out_of_email": true]],
      after: ["email/has_opted_out_of_email": true]),
    Row(title: "lang null", patch: ["email": ["email_lang": .null]], after: ["email/email_lang": .null]),
    Row(
      title: "a group is merged", patch: ["amo": ["user": true]],
      after: ["amo/user": true, "amo/user_id": "1", "amo/display_name": "One"]),
    Row(
      title: "a group that becomes as by default is none", patch: ["amo": ["user_id": .null, "display_name": .null]],
      after: ["amo/user_id": .null, "amo/create_timestamp": .null]),
    Row(
      title: "DELETE drops a group", patch: ["fxa": "DELETE"],
      after: ["fxa/fxa_id": .null, "fxa/lang": .null, "mofo/mofo_contact_id": "3"]),
    Row(title: "DELETE of mofo", patch: ["mofo": "DELETE"], after: ["mofo/mofo_contact_id": .null]),
    Row(
      title: "DELETE of amo", patch: ["amo": "DELETE", "email": ["last_name": "Doe"]],
      after: ["amo/user_id": .null, "amo/update_timestamp": .null, "email/last_name": "Doe"]),
    Row(title: "an empty group is no change", patch: ["mofo": [:]], after: ["mofo/mofo_contact_id": "3"]),
    Row(
      title: "a newsletter is added", patch: ["newsletters": [["name": "c"]]],
      after: [
        "newsletters/0/name": "a", "newsletters/1/name": "b", "newsletters/2/name": "c", "newsletters/2/lang": "en",
      ]),
    Row(
      title: "a newsletter is changed, what is not named stays", patch: ["newsletters": [["name": "a", "lang": "de"]]],
      after: ["newsletters/0/lang": "de", "newsletters/0/format": "T", "newsletters/1/name": "b"]),
    Row(
      title: "one unsubscribes", patch: ["newsletters": [["name": "a", "subscribed": false, "unsub_reason": "bored"]]],
      after: ["newsletters/0/subscribed": false, "newsletters/0/unsub_reason": "bored"]),
    Row(
      title: "one subscribes again", patch: ["newsletters": [["name": "b", "subscribed": true]]],
      after: ["newsletters/1/subscribed": true]),
    Row(
      title: "who never joined cannot leave", patch: ["newsletters": [["name": "z", "subscribed": false]]],
      after: ["newsletters/0/name": "a", "newsletters/1/name": "b"]),
    Row(
      title: "UNSUBSCRIBE from newsletters", patch: ["newsletters": "UNSUBSCRIBE"],
      after: ["newsletters/0/subscribed": false, "newsletters/1/subscribed": false, "waitlists/0/subscribed": true]),
    Row(
      title: "UNSUBSCRIBE from waitlists", patch: ["waitlists": "UNSUBSCRIBE"],
      after: ["waitlists/0/subscribed": false, "vpn_waitlist/geo": .null, "newsletters/0/subscribed": true]),
    Row(
      title: "a waitlist's fields are replaced", patch: ["waitlists": [["name": "vpn", "fields": ["geo": "us"]]]],
      after: ["waitlists/0/fields": ["geo": "us"], "vpn_waitlist/geo": "us", "vpn_waitlist/platform": .null]),
    Row(
      title: "a relay waitlist", patch: ["waitlists": [["name": "relay", "fields": ["geo": "cn"]]]],
      after: ["waitlists/0/name": "relay", "relay_waitlist/geo": "cn", "vpn_waitlist/geo": "fr"]),
    Row(
      title: "the first relay counts",
      patch: [
        "waitlists": [["name": "relay-b", "fields": ["geo": "b"]], ["name": "relay-a", "fields": ["geo": "a"]]]
      ],
      after: ["relay_waitlist/geo": "a"]),
    Row(
      title: "a waitlist never joined", patch: ["waitlists": [["name": "relay", "subscribed": false]]],
      after: ["waitlists/0/name": "vpn", "relay_waitlist/geo": .null]),
    Row(
      title: "times are not a caller's",
      patch: ["email": ["update_timestamp": "2001-01-01T00:00:00Z"], "amo": ["create_timestamp": "x"]],
      after: ["amo/user_id": "1"]),
    Row(
      title: "an empty list is no change", patch: ["newsletters": [], "waitlists": []],
      after: ["newsletters/0/name": "a", "waitlists/0/name": "vpn"]),
    Row(title: "computed groups are passed over", patch: ["vpn_waitlist": "DELETE"], after: ["vpn_waitlist/geo": "fr"]),
    Row(title: "its own id", patch: ["email": ["email_id": .null]], after: ["email/sfdc_id": "s"]),
  ]

  @Test func whatIsNamedChangesAndNothingElse() async throws {
    try await ContactDesk.with { desk in
      for (number, row) in Self.rows.enumerated() {
        var groups = Self.groups
        groups["fxa"] = ["fxa_id": .string("f\(number)"), "lang": "fr"]
        let id = try await desk.create(ContactDesk.body(["sfdc_id": "s"], groups))
        let before = try await desk.contact(id)
        let answer = try await desk.send("PATCH", "/ctms/\(id)", row.patch)
        #expect(answer.status == 200, "\(row.title): \(answer.text)")
        #expect(answer.json == (try await desk.contact(id)), "\(row.title)")
        for (path, value) in row.after {
          let found = path.split(separator: "/").reduce(answer.json as JSON?) { $0?.at(String($1)) }
          #expect(found == value, "\(row.title): \(path)")
        }
        #expect(answer.json.at("email", "create_timestamp") == before.at("email", "create_timestamp"), "\(row.title)")
        #expect(answer.json.at("email", "update_timestamp") != before.at("email", "update_timestamp"), "\(row.title)")
        // Everything that no path of the row is about is as it was.
        for part in ["amo", "fxa", "mofo", "newsletters", "waitlists"] where row.patch[part] == nil {
          #expect(answer.json[part] == before[part], "\(row.title): \(part)")
        }
      }
    }
  }

  @Test func aGroupIsMadeAndItsTimesAreKept() async throws {
    try await ContactDesk.with { desk in
      let id = try await desk.create(ContactDesk.body())
      let made = try await desk.send("PATCH", "/ctms/\(id)", ["amo": ["user": true]])
      let times = (made.json.at("amo", "create_timestamp"), made.json.at("amo", "update_timestamp"))
      #expect(times.0 != .null && times.0 == times.1)
      let other = try await desk.send("PATCH", "/ctms/\(id)", ["email": ["first_name": "x"]])
      #expect(other.json["amo"] == made.json["amo"])
      let changed = try await desk.send("PATCH", "/ctms/\(id)", ["amo": ["username": "x"]])
      #expect(changed.json.at("amo", "create_timestamp") == times.0)
      #expect(changed.json.at("amo", "update_timestamp") != times.1)
    }
  }

  @Test func whatCannotBeIsRefusedAndChangesNothing() async throws {
    try await ContactDesk.with { desk in
      let token: JSON = "c4a7d759-bb52-457b-896b-90f1d3ef8433"
      _ = try await desk.create(
        ContactDesk.body(
          ["primary_email": "taken@example.com", "basket_token": token],
          ["fxa": ["fxa_id": "f"], "mofo": ["mofo_email_id": "m"]]))
      let id = try await desk.create(ContactDesk.body(["sfdc_id": "s"], Self.groups))
      let before = try await desk.contact(id)
      let clash: JSON = [
        "detail": "Contact with primary_email, basket_token, mofo_email_id, or fxa_id already exists"
      ]
      let conflicts: [JSON] = [
        ["email": ["primary_email": "Taken@Example.com"]], ["email": ["basket_token": token]],
        ["fxa": ["fxa_id": "f"]], ["mofo": ["mofo_email_id": "m"]],
      ]
      for patch in conflicts {
        let refused = try await desk.send("PATCH", "/ctms/\(id)", patch)
        #expect(refused.status == 409, "\(patch)")
        #expect(refused.json == clash)
      }
      let faults: [(patch: JSON, type: String, loc: JSON, message: String)] = [
        (
          ["email": ["primary_email": .null]], "value_error", ["body", "email", "primary_email"],
          "Value error, primary_email may not be None"
        ),
        (["email": ["primary_email": "x"]], "value_error", ["body", "email", "primary_email"], "value is not a valid"),
        (["email": .null], "model_attributes_type", ["body", "email"], "Input should be"),
        (["email": "DELETE"], "model_attributes_type", ["body", "email"], "Input should be"),
        (["amo": .null], "model_attributes_type", ["body", "amo"], "Input should be"),
        (["amo": "delete"], "model_attributes_type", ["body", "amo"], "Input should be"),
        (["fxa": .null], "model_attributes_type", ["body", "fxa"], "Input should be"),
        (["mofo": []], "model_attributes_type", ["body", "mofo"], "Input should be"),
        (["newsletters": .null], "list_type", ["body", "newsletters"], "Input should be a valid list"),
        (["newsletters": "unsubscribe"], "list_type", ["body", "newsletters"], "Input should be a valid list"),
        (["waitlists": "DELETE"], "list_type", ["body", "waitlists"], "Input should be a valid list"),
        (["newsletters": [["subscribed": true]]], "missing", ["body", "newsletters", 0, "name"], "Field required"),
        (
          ["amo": ["username": .integer(5)]], "string_type", ["body", "amo", "username"],
          "Input should be a valid string"
        ),
      ]
      for row in faults {
        let refused = try await desk.send("PATCH", "/ctms/\(id)", row.patch)
        #expect(refused.status == 422, "\(row.patch): \(refused.text)")
        #expect(refused.json.at("detail", "0", "type") == .string(row.type), "\(row.patch): \(refused.text)")
        #expect(refused.json.at("detail", "0", "loc") == row.loc, "\(row.patch): \(refused.text)")
        #expect(refused.json.at("detail", "0", "msg")?.string?.hasPrefix(row.message) == true, "\(refused.text)")
      }
      let otherID = try await desk.send(
        "PATCH", "/ctms/\(id)", ["email": ["email_id": "93db83d4-4119-4e0c-af87-a713786fa81d"]])
      #expect(otherID.status == 422)
      #expect(otherID.json == ["detail": "cannot change email_id"])
      #expect(try await desk.contact(id) == before)
      let unknown = try await desk.send("PATCH", "/ctms/93db83d4-4119-4e0c-af87-a713786fa81d", [:])
      #expect(unknown.status == 404)
      #expect(unknown.json == ["detail": "Unknown email_id"])
      #expect(try await desk.send("PATCH", "/ctms/x", [:]).status == 422)
    }
  }

  @Test func itsOwnAddressInOtherLettersIsNoClash() async throws {
    try await ContactDesk.with { desk in
      let id = try await desk.create(ContactDesk.body(["primary_email": "me@example.com"]))
      let answer = try await desk.send("PATCH", "/ctms/\(id)", ["email": ["primary_email": "Me@Example.com"]])
      #expect(answer.status == 200)
      #expect(answer.json.at("email", "primary_email") == "Me@Example.com")
    }
  }

  @Test func waitlistsHaveTheFieldsOfTheirNames() async throws {
    try await ContactDesk.with { desk in
      let long = JSON.string(String(repeating: "x", count: 101))
      let rows: [(item: JSON, fault: JSON?)] = [
        (["name": "vpn", "fields": ["geo": "fr", "platform": "ios"]], nil),
        (["name": "vpn", "fields": [:]], nil),
        (["name": "vpn", "fields": ["geo": "fr", "other": 1]], ["body", "waitlists", 0, "fields", "other"]),
        (["name": "vpn", "fields": ["geo": long]], ["body", "waitlists", 0, "fields", "geo"]),
        (["name": "vpn", "fields": ["geo": 5]], ["body", "waitlists", 0, "fields", "geo"]),
        (["name": "relay", "fields": ["geo": "fr"]], nil),
        (["name": "relay", "fields": ["platform": "x"]], ["body", "waitlists", 0, "fields", "platform"]),
        (["name": "free", "fields": ["any": ["thing": 1], "geo": "fr"]], nil),
        (["name": "free", "fields": ["platform": long]], ["body", "waitlists", 0, "fields", "platform"]),
        (["name": "vpn", "subscribed": false, "fields": ["any": 1]], nil),
      ]
      for row in rows {
        let id = try await desk.create(ContactDesk.body())
        let answer = try await desk.send("PATCH", "/ctms/\(id)", ["waitlists": [row.item]])
        #expect(answer.status == (row.fault == nil ? 200 : 422), "\(row.item): \(answer.text)")
        if let fault = row.fault { #expect(answer.json.at("detail", "0", "loc") == fault, "\(answer.text)") }
      }
    }
  }
}
