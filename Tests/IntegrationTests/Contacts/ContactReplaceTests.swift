import Contracts
import Testing

/// PUT /ctms/{email_id}: create, or replace altogether.
@Suite struct ContactReplaceTests {
  private static let id = "332de237-cab7-4461-bcc3-48e68f42bd5c"

  private static func body(_ email: [String: JSON] = [:], _ groups: [String: JSON] = [:]) -> JSON {
    ContactDesk.body(["email_id": .string(id), "primary_email": "put@example.com"].merging(email) { $1 }, groups)
  }

  private static let whole = body(
    ["first_name": "Jane", "sfdc_id": "s", "has_opted_out_of_email": true],
    [
      "amo": ["user_id": "1"], "fxa": ["fxa_id": "2"], "mofo": ["mofo_relevant": true],
      "newsletters": [["name": "a"], ["name": "b", "format": "T"]],
      "waitlists": [
        ["name": "vpn", "fields": ["geo": "fr", "platform": "ios"]], ["name": "relay-x", "fields": ["geo": "cn"]],
      ],
    ])

  private func put(_ desk: ContactDesk, _ body: JSON, to id: String = id) async throws -> ContactDesk.Answer {
    try await desk.send("PUT", "/ctms/\(id)", body)
  }

  @Test func itCreatesAndReplacesWith201() async throws {
    try await ContactDesk.with { desk in
      let created = try await put(desk, Self.whole)
      #expect(created.status == 201)
      #expect(created.json["status"] == "ok")
      #expect(created.json == (try await desk.contact(Self.id)))
      #expect(created.json["vpn_waitlist"] == ["geo": "fr", "platform": "ios"])
      #expect(created.json["relay_waitlist"] == ["geo": "cn"])
      let again = try await put(desk, Self.whole)
      #expect(again.status == 201)
      #expect(again.json.at("email", "create_timestamp") == created.json.at("email", "create_timestamp"))
      #expect(try await desk.fixture.count("select count(*) from customer.customer") == 1)
    }
  }

  @Test func whatIsLeftOutIsGone() async throws {
    try await ContactDesk.with { desk in
      _ = try await put(desk, Self.whole)
      let bare = try await put(desk, Self.body([:], ["amo": ["user": false], "newsletters": [["name": "b"]]]))
      #expect(bare.status == 201)
      #expect(bare.json.at("email", "first_name") == .null)
      #expect(bare.json.at("email", "sfdc_id") == .null)
      #expect(bare.json.at("email", "has_opted_out_of_email") == false)
      #expect(bare.json.at("amo", "user_id") == .null)
      #expect(bare.json.at("amo", "update_timestamp") == .null)
      #expect(bare.json.at("fxa", "fxa_id") == .null)
      #expect(bare.json.at("mofo", "mofo_relevant") == false)
      // Those not named are deleted, not unsubscribed; the other one is as by default.
      #expect(bare.json["newsletters"]?.list.map { $0["name"] ?? .null } == ["b"])
      #expect(bare.json.at("newsletters", "0", "format") == "H")
      #expect(bare.json["waitlists"] == [])
      #expect(try await desk.get("/ctms?fxa_id=2").json == [])
      #expect(
        try await desk.fixture.count("select count(*) from customer.contact_group_value where group_name <> 'email'")
          == 0)
    }
  }

  @Test func whatIsReadCanBeSentBack() async throws {
    try await ContactDesk.with { desk in
      _ = try await put(desk, Self.whole)
      let before = try await desk.contact(Self.id)
      let after = try await put(desk, before)
      #expect(after.status == 201)
      for part in ["amo", "fxa", "mofo", "newsletters", "waitlists", "vpn_waitlist", "relay_waitlist", "status"] {
        #expect(after.json[part] == before[part], "\(part)")
      }
      #expect(after.json.at("email", "create_timestamp") == before.at("email", "create_timestamp"))
      #expect(after.json.at("email", "update_timestamp") != before.at("email", "update_timestamp"))
    }
  }

  @Test func itNeedsItsOwnID() async throws {
    try await ContactDesk.with { desk in
      let other = try await put(desk, Self.whole, to: "93db83d4-4119-4e0c-af87-a713786fa81d")
      #expect(other.status == 422)
      #expect(other.json == ["detail": "email_id in path must match email_id in contact"])
      let missing = try await put(desk, ContactDesk.body())
      #expect(missing.status == 422)
      #expect(missing.json.at("detail", "0", "type") == "missing")
      #expect(missing.json.at("detail", "0", "loc") == ["body", "email", "email_id"])
      let null = try await put(desk, ContactDesk.body(["email_id": .null]))
      #expect(null.status == 422)
      #expect(null.json.at("detail", "0", "loc") == ["body", "email", "email_id"])
      let path = try await put(desk, Self.whole, to: "17")
      #expect(path.status == 422)
      #expect(path.json.at("detail", "0", "loc") == ["path", "email_id"])
      let upper = try await put(desk, Self.whole, to: Self.id.uppercased())
      #expect(upper.status == 201)
    }
  }

  @Test func anotherContactsIDsAreRefused() async throws {
    try await ContactDesk.with { desk in
      _ = try await desk.create(
        ContactDesk.body(
          ["primary_email": "other@example.com", "basket_token": "c4a7d759-bb52-457b-896b-90f1d3ef8433"],
          ["fxa": ["fxa_id": "f"]]))
      _ = try await put(desk, Self.whole)
      for clash in [
        Self.body(["primary_email": "OTHER@example.com"]),
        Self.body(["basket_token": "c4a7d759-bb52-457b-896b-90f1d3ef8433"]), Self.body([:], ["fxa": ["fxa_id": "f"]]),
      ] {
        let refused = try await put(desk, clash)
        #expect(refused.status == 409)
        #expect(refused.json == ["detail": "Contact with primary_email or basket_token already exists"])
      }
      #expect(try await desk.contact(Self.id).at("fxa", "fxa_id") == "2")
    }
  }

  /// Programs of today do not know it, and cannot mean to take it away.
  @Test func theOldPaymentIDIsKept() async throws {
    try await ContactDesk.with { desk in
      _ = try await put(desk, Self.body(["pmt_cust_id": "cust_012345"]))
      #expect(try await desk.contact(Self.id).at("email", "pmt_cust_id") == nil)
      let shown = try await desk.get("/contact/email/\(Self.id)")
      #expect(shown.json["pmt_cust_id"] == "cust_012345")
      _ = try await put(desk, try await desk.contact(Self.id))
      #expect(try await desk.get("/contact/email/\(Self.id)").json["pmt_cust_id"] == "cust_012345")
      let posted = try await desk.send("POST", "/ctms", try await desk.contact(Self.id))
      #expect(posted.status == 200)
    }
  }

  @Test func theGroupsOfTheFirstVersionAreShownByThemselves() async throws {
    try await ContactDesk.with { desk in
      _ = try await put(desk, Self.whole)
      #expect(try await desk.get("/contact/amo/\(Self.id)").json == (try await desk.contact(Self.id))["amo"])
      #expect(try await desk.get("/contact/fpn/\(Self.id)").json == ["country": "fr", "platform": "ios"])
      #expect(
        try await desk.get("/contact/fxa/\(Self.id)").json == [
          "id": "2", "primary_email": .null, "create_date": .null, "lang": .null, "service": .null, "deleted": false,
        ])
      #expect(try await desk.get("/contact/email/\(Self.id)").json["primary_email"] == "put@example.com")
      let unknown = try await desk.get("/contact/amo/93db83d4-4119-4e0c-af87-a713786fa81d")
      #expect(unknown.status == 404)
      #expect(unknown.json == ["detail": "Unknown email_id"])
    }
  }
}
