import Contracts
import Testing

/// GET /ctms, /identities and /identity, and DELETE.
@Suite struct ContactLookupTests {
  private static let id = "67e52c77-950f-4f28-accb-bb3ea1a2c51a"
  private static let ids: [(name: String, value: String)] = [
    ("email_id", id), ("primary_email", "fan@example.com"), ("basket_token", "d9ba6182-f5dd-4728-a477-2cc11bf62b69"),
    ("sfdc_id", "001A000001aMozFan"), ("mofo_contact_id", "c-1"), ("mofo_email_id", "m-1"), ("amo_user_id", "123"),
    ("fxa_id", "f-1"), ("fxa_primary_email", "fxa@example.com"),
  ]

  private static let body: JSON = [
    "email": [
      "email_id": .string(id), "primary_email": "fan@example.com",
      "basket_token": "d9ba6182-f5dd-4728-a477-2cc11bf62b69",
      "sfdc_id": "001A000001aMozFan",
    ],
    "amo": ["user_id": "123"], "fxa": ["fxa_id": "f-1", "primary_email": "FxA@Example.com"],
    "mofo": ["mofo_email_id": "m-1", "mofo_contact_id": "c-1"],
  ]

  private static let identity: JSON = [
    "email_id": .string(id), "primary_email": "fan@example.com", "basket_token": "d9ba6182-f5dd-4728-a477-2cc11bf62b69",
    "sfdc_id": "001A000001aMozFan", "mofo_contact_id": "c-1", "mofo_email_id": "m-1", "amo_user_id": "123",
    "fxa_id": "f-1", "fxa_primary_email": "FxA@Example.com",
  ]

  @Test func eachOfTheNineIDsFindsIt() async throws {
    try await ContactDesk.with { desk in
      _ = try await desk.create(Self.body)
      _ = try await desk.create(ContactDesk.body())
      guard case .object(var alone) = try await desk.contact(Self.id) else { return }
      alone["status"] = nil
      for (name, value) in Self.ids {
        let found = try await desk.get("/ctms?\(name)=\(value)")
        #expect(found.status == 200, "\(name)")
        #expect(found.json == [.object(alone)], "\(name)")
        #expect(try await desk.get("/identities?\(name)=\(value)").json == [Self.identity], "\(name)")
        let other = name == "email_id" || name == "basket_token" ? "93db83d4-4119-4e0c-af87-a713786fa81d" : "nobody"
        let none = try await desk.get("/ctms?\(name)=\(other)")
        #expect(none.status == 200, "\(name)")
        #expect(none.json == [], "\(name)")
      }
      // Every two of them together too.
      for (first, second) in zip(Self.ids, Self.ids.dropFirst()) {
        let both = try await desk.get("/ctms?\(first.name)=\(first.value)&\(second.name)=\(second.value)")
        #expect(both.json.list.count == 1, "\(first.name), \(second.name)")
      }
      #expect(try await desk.get("/ctms?amo_user_id=123&fxa_id=nobody").json == [])
      #expect(try await desk.get("/identity/\(Self.id)").json == Self.identity)
    }
  }

  @Test func addressesAreComparedWithoutRegardToCase() async throws {
    try await ContactDesk.with { desk in
      _ = try await desk.create(Self.body)
      for query in ["primary_email=FAN@example.COM", "fxa_primary_email=FXA@EXAMPLE.COM"] {
        #expect(try await desk.get("/ctms?\(query)").json.list.count == 1, "\(query)")
      }
      // Other ids are not.
      for query in ["sfdc_id=001a000001amozfan", "fxa_id=F-1", "amo_user_id=0123"] {
        #expect(try await desk.get("/ctms?\(query)").json == [], "\(query)")
      }
    }
  }

  @Test func withoutAnIDNothingIsAskedFor() async throws {
    try await ContactDesk.with { desk in
      let detail: JSON = [
        "detail": """
        No identifiers provided, at least one is needed: email_id, primary_email, basket_token, sfdc_id, \
        mofo_contact_id, mofo_email_id, amo_user_id, fxa_id, fxa_primary_email
        """
      ]
      for path in [
        "/ctms", "/identities", "/ctms?", "/ctms?primary_email=", "/ctms?nonsense=1", "/identities?email_id=",
        "/ctms?limit=10", "/ctms/",
      ] {
        let answer = try await desk.get(path)
        #expect(answer.status == 400, "\(path)")
        #expect(answer.json == detail, "\(path)")
      }
    }
  }

  @Test func whatIsNoUUIDIsAFaultOfTheQueryOrThePath() async throws {
    try await ContactDesk.with { desk in
      for (path, loc) in [
        ("/ctms?email_id=x", ["query", "email_id"]), ("/ctms?basket_token=1", ["query", "basket_token"]),
        ("/identities?email_id=0", ["query", "email_id"]), ("/ctms/x", ["path", "email_id"]),
        ("/identity/x", ["path", "email_id"]), ("/contact/email/x", ["path", "email_id"]),
      ] as [(String, JSON)] {
        let answer = try await desk.get(path)
        #expect(answer.status == 422, "\(path)")
        #expect(answer.json.at("detail", "0", "type") == "uuid_parsing", "\(path)")
        #expect(answer.json.at("detail", "0", "loc") == loc, "\(path)")
      }
    }
  }

  @Test func whatIsTooLongForItsFieldIsAFaultOfTheQuery() async throws {
    try await ContactDesk.with { desk in
      for (name, limit) in [
        ("primary_email", 255), ("sfdc_id", 255), ("mofo_contact_id", 255), ("mofo_email_id", 255), ("amo_user_id", 40),
        ("fxa_id", 50), ("fxa_primary_email", 255),
      ] {
        for path in ["ctms", "identities"] {
          let longest = try await desk.get("/\(path)?\(name)=\(String(repeating: "x", count: limit))")
          #expect(longest.status == 200 && longest.json == [], "\(path) \(name)")
          let longer = try await desk.get("/\(path)?\(name)=\(String(repeating: "x", count: limit + 1))")
          #expect(longer.status == 422, "\(path) \(name)")
          #expect(longer.json.at("detail", "0", "type") == "string_too_long", "\(path) \(name)")
          #expect(longer.json.at("detail", "0", "loc") == ["query", .string(name)], "\(path) \(name)")
        }
      }
    }
  }

  @Test func whoIsNotThereIsUnknown() async throws {
    try await ContactDesk.with { desk in
      for path in ["ctms", "identity", "contact/email", "contact/amo", "contact/fpn", "contact/fxa"] {
        let answer = try await desk.get("/\(path)/\(Self.id)")
        #expect(answer.status == 404, "\(path)")
        #expect(answer.json == ["detail": "Unknown email_id"], "\(path)")
      }
    }
  }

  @Test func aContactIsDeletedByItsAddress() async throws {
    try await ContactDesk.with { desk in
      _ = try await desk.create(Self.body)
      let other = try await desk.create(ContactDesk.body())
      let deleted = try await desk.send("DELETE", "/ctms/Fan@Example.com")
      #expect(deleted.status == 200)
      #expect(deleted.json == [Self.identity])
      #expect(try await desk.get("/ctms/\(Self.id)").status == 404)
      #expect(try await desk.get("/ctms/\(other)").status == 200)
      for table in ["contact_identifier", "contact_group_value", "subscription"] {
        let left = try await desk.fixture.count(
          "select count(*) from customer.\(raw: table) where customer_id <> (select max(id) from customer.customer)")
        #expect(left == 0, "\(table)")
      }
      let again = try await desk.send("DELETE", "/ctms/Fan@Example.com")
      #expect(again.status == 404)
      #expect(again.json == ["detail": "email Fan@Example.com not found!"])
      // Senders and the public hear of it.
      #expect(try await desk.fixture.count("select count(*) from customer.control") == 1)
      #expect(
        try await desk.fixture.count("select count(*) from customer.event where type = 'customer.deleted.v1'") == 1)
    }
  }

  @Test func aHouseholdIsDeletedTogether() async throws {
    try await ContactDesk.with { desk in
      for phone in ["79161234567", "79161234568"] {
        _ = try await desk.fixture.json(.createCustomer, ["email": "home@example.com", "phone": .string(phone)])
      }
      #expect(try await desk.send("DELETE", "/ctms/home@example.com").json.list.count == 2)
      #expect(try await desk.fixture.count("select count(*) from customer.customer") == 0)
    }
  }

  @Test func optingOutAndInIsTold() async throws {
    try await ContactDesk.with { desk in
      let id = try await desk.create(ContactDesk.body(["has_opted_out_of_email": true]))
      for isOut in [false, false, true, true] {
        _ = try await desk.send("PATCH", "/ctms/\(id)", ["email": ["has_opted_out_of_email": .bool(isOut)]])
      }
      let states = try await desk.fixture.pool.query("select body from customer.control order by id").flatMap {
        try Envelope<ConsentNews>.decode(try $0[0, as: [UInt8].self]).data.changes.map(\.state)
      }
      #expect(states == [.optedOut, .optedIn, .optedOut])
    }
  }
}
