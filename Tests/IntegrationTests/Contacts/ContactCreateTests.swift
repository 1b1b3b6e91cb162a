import Contracts
import Testing

/// POST /ctms, and what a contact looks like.
@Suite struct ContactCreateTests {
  @Test func theSmallestContactShowsEveryGroup() async throws {
    try await ContactDesk.with { desk in
      let answer = try await desk.send("POST", "/ctms", ContactDesk.body(["primary_email": "Min@Example.com"]))
      #expect(answer.status == 201)
      let id = try #require(answer.json.at("email", "email_id")?.string)
      #expect(answer.headers["Location"] == "/ctms/\(id)")
      let times = ["create_timestamp", "update_timestamp"].map { answer.json.at("email", $0)?.string ?? "" }
      #expect(times.allSatisfy { $0.hasSuffix("+00:00") && $0.utf8.count >= 25 }, "\(times)")
      let none: JSON = .null
      #expect(
        answer.json == [
          "status": "ok",
          "email": [
            "email_id": .string(id), "primary_email": "Min@Example.com", "basket_token": none, "double_opt_in": false,
            "sfdc_id": none, "first_name": none, "last_name": none, "mailing_country": none, "email_format": "H",
            "email_lang": "en", "has_opted_out_of_email": false, "unsubscribe_reason": none,
            "create_timestamp": .string(times[0]), "update_timestamp": .string(times[1]),
          ],
          "amo": [
            "add_on_ids": none, "display_name": none, "email_opt_in": false, "language": none, "last_login": none,
            "location": none, "profile_url": none, "user": false, "user_id": none, "username": none,
            "create_timestamp": none, "update_timestamp": none,
          ],
          "fxa": [
            "fxa_id": none, "primary_email": none, "created_date": none, "lang": none, "first_service": none,
            "account_deleted": false,
          ],
          "mofo": ["mofo_email_id": none, "mofo_contact_id": none, "mofo_relevant": false],
          "newsletters": [], "waitlists": [], "vpn_waitlist": ["geo": none, "platform": none],
          "relay_waitlist": ["geo": none],
        ])
      #expect(try await desk.contact(id) == answer.json)
    }
  }

  @Test func itsIDIsTheCustomersAndItsNamesAreToo() async throws {
    try await ContactDesk.with { desk in
      let id = try await desk.create(
        ContactDesk.body(["primary_email": "jane@example.com", "first_name": "Jane", "has_opted_out_of_email": true]))
      let customers = try await desk.fixture.json(.listCustomers, ["filter": ["email": "JANE@example.com"]])
      let customer = try #require(customers.at("items", "0"))
      #expect(customer["uuid"] == .string(id))
      #expect(customer["first_name"] == "Jane")
      #expect(customer["opted_out"] == true)
      // And the other way round.
      _ = try await desk.fixture.call(
        .updateCustomer,
        [
          "id": customer["id"] ?? .null,
          "changes": ["first_name": "Joan", "opted_out": false, "email": "joan@example.com"],
        ])
      let contact = try await desk.contact(id)
      #expect(contact.at("email", "first_name") == "Joan")
      #expect(contact.at("email", "primary_email") == "joan@example.com")
      #expect(contact.at("email", "has_opted_out_of_email") == false)
    }
  }

  @Test func anyCustomerWithAnAddressIsAContact() async throws {
    try await ContactDesk.with { desk in
      let customer = try await desk.fixture.json(
        .createCustomer, ["email": "x@example.com", "phone": "79161234567", "first_name": "X"])
      let contact = try await desk.contact(customer["uuid"]?.string ?? "")
      #expect(contact.at("email", "primary_email") == "x@example.com")
      #expect(contact.at("email", "email_format") == "H")
      let without = try await desk.fixture.json(.createCustomer, ["phone": "79161234568"])
      #expect(try await desk.get("/ctms/\(without["uuid"]?.string ?? "")").status == 404)
    }
  }

  @Test func aRepetitionIsAnsweredAndADifferentOneRefused() async throws {
    try await ContactDesk.with { desk in
      let id = "332de237-cab7-4461-bcc3-48e68f42bd5c"
      let groups: [String: JSON] = [
        "amo": ["user_id": "1", "user": true], "newsletters": [["name": "b"], ["name": "a"]], "fxa": [:],
      ]
      let email: [String: JSON] = ["email_id": .string(id), "primary_email": "same@example.com"]
      #expect(try await desk.send("POST", "/ctms", ContactDesk.body(email, groups)).status == 201)
      // Lists are compared by name, and groups as by default are none.
      for same: [String: JSON] in [
        groups,
        ["amo": ["user_id": "1", "user": true], "newsletters": [["name": "a"], ["name": "b", "lang": "en"]]],
        groups.merging(["mofo": ["mofo_relevant": false]]) { $1 },
      ] {
        let again = try await desk.send("POST", "/ctms", ContactDesk.body(email, same))
        #expect(again.status == 200, "\(same)")
        #expect(again.headers["Location"] == "/ctms/\(id)")
        #expect(again.json == (try await desk.contact(id)))
      }
      for other: (email: [String: JSON], groups: [String: JSON]) in [
        (email.merging(["first_name": "J"]) { $1 }, groups), (email, [:]), (email, groups.merging(["amo": [:]]) { $1 }),
        (email, groups.merging(["newsletters": [["name": "a"]]]) { $1 }),
        (email, groups.merging(["waitlists": [["name": "vpn"]]]) { $1 }),
        (email.merging(["primary_email": "other@example.com"]) { $1 }, groups),
      ] {
        let refused = try await desk.send("POST", "/ctms", ContactDesk.body(other.email, other.groups))
        #expect(refused.status == 409, "\(other)")
        #expect(refused.json == ["detail": "Contact already exists"])
      }
    }
  }

  @Test func whatIsUniqueIsOneContactsOnly() async throws {
    try await ContactDesk.with { desk in
      let token = "c4a7d759-bb52-457b-896b-90f1d3ef8433"
      _ = try await desk.create(
        ContactDesk.body(
          ["primary_email": "First@Example.com", "basket_token": .string(token), "sfdc_id": "s"],
          ["fxa": ["fxa_id": "f"], "mofo": ["mofo_email_id": "m", "mofo_contact_id": "c"], "amo": ["user_id": "a"]]))
      for clash in [
        ContactDesk.body(["primary_email": "First@Example.com"]),
        ContactDesk.body(["primary_email": "first@example.COM"]),
        ContactDesk.body(["basket_token": .string(token)]),
        ContactDesk.body([:], ["fxa": ["fxa_id": "f"]]),
        ContactDesk.body([:], ["mofo": ["mofo_email_id": "m"]]),
      ] {
        let refused = try await desk.send("POST", "/ctms", clash)
        #expect(refused.status == 409, "\(clash)")
        #expect(refused.json == ["detail": "Contact already exists"])
      }
      // These are shared.
      for shared in [
        ContactDesk.body(["sfdc_id": "s"]), ContactDesk.body([:], ["mofo": ["mofo_contact_id": "c"]]),
        ContactDesk.body([:], ["amo": ["user_id": "a"]]), ContactDesk.body([:], ["fxa": ["primary_email": "x@y.zz"]]),
      ] { #expect(try await desk.send("POST", "/ctms", shared).status == 201, "\(shared)") }
      #expect(try await desk.fixture.count("select count(*) from customer.customer") == 5)
    }
  }

  @Test func householdsShareAnAddressAmongCustomersButNotAmongContacts() async throws {
    try await ContactDesk.with { desk in
      let one = try await desk.fixture.json(.createCustomer, ["email": "home@example.com", "phone": "79161234567"])
      let two = try await desk.fixture.json(.createCustomer, ["email": "home@example.com", "phone": "79161234568"])
      #expect(try await desk.get("/ctms?primary_email=home@example.com").json.list.count == 2)
      let taken = ContactDesk.body(["primary_email": "home@example.com"])
      #expect(try await desk.send("POST", "/ctms", taken).status == 409)
      let (first, second) = (one["uuid"]?.string ?? "", two["uuid"]?.string ?? "")
      #expect(try await desk.send("PATCH", "/ctms/\(first)", ["amo": ["user": true]]).status == 200)
      #expect(try await desk.send("PATCH", "/ctms/\(second)", ["amo": ["user": true]]).status == 409)
      // A contact keeps its address, and no other contact's.
      let id = one["id"] ?? .null
      #expect(try await desk.fixture.refusal(.updateCustomer, ["id": id, "changes": ["email": .null]]) == .conflict)
      let other = try await desk.create(ContactDesk.body(["primary_email": "other@example.com"]))
      let refused = try await desk.fixture.refusal(
        .updateCustomer, ["id": id, "changes": ["email": "Other@example.com"]])
      #expect(refused == .conflict, "\(other)")
    }
  }

  @Test func bodiesOfTheWrongShapeNameWhatIsWrong() async throws {
    try await ContactDesk.with { desk in
      let rows: [(raw: String, type: String, loc: JSON, message: String)] = [
        ("{", "json_invalid", ["body"], "JSON decode error"),
        ("", "json_invalid", ["body"], "JSON decode error"),
        ("{\"email\":{\"primary_email\":\"a@b.cd\"},}", "json_invalid", ["body"], "JSON decode error"),
        ("[]", "model_attributes_type", ["body"], "Input should be a valid dictionary"),
        ("7", "model_attributes_type", ["body"], "Input should be a valid dictionary"),
        ("null", "model_attributes_type", ["body"], "Input should be a valid dictionary"),
        ("{}", "missing", ["body", "email"], "Field required"),
        ("{\"email\":{}}", "missing", ["body", "email", "primary_email"], "Field required"),
        ("{\"email\":[]}", "model_attributes_type", ["body", "email"], "Input should be a valid dictionary"),
        ("{\"email\":null}", "model_attributes_type", ["body", "email"], "Input should be a valid dictionary"),
        (
          "{\"email\":{\"primary_email\":\"a@b.cd\"},\"amo\":\"x\"}", "model_attributes_type", ["body", "amo"],
          "Input should be a valid dictionary"
        ),
        (
          "{\"email\":{\"primary_email\":\"a@b.cd\"},\"newsletters\":{}}", "list_type", ["body", "newsletters"],
          "Input should be a valid list"
        ),
        (
          "{\"email\":{\"primary_email\":\"a@b.cd\"},\"newsletters\":null}", "list_type", ["body", "newsletters"],
          "Input should be a valid list"
        ),
        (
          "{\"email\":{\"primary_email\":\"a@b.cd\"},\"newsletters\":[\"slug\"]}", "model_attributes_type",
          ["body", "newsletters", 0], "Input should be a valid dictionary"
        ),
        (
          "{\"email\":{\"primary_email\":\"a@b.cd\"},\"waitlists\":[{}]}", "missing", ["body", "waitlists", 0, "name"],
          "Field required"
        ),
      ]
      for row in rows {
        let answer = try await desk.send("POST", "/ctms", raw: row.raw.isEmpty ? " " : row.raw)
        #expect(answer.status == 422, "\(row.raw): \(answer.text)")
        let fault = answer.json.at("detail", "0")
        #expect(fault?["type"] == .string(row.type), "\(row.raw): \(answer.text)")
        #expect(fault?["loc"] == row.loc, "\(row.raw): \(answer.text)")
        #expect(fault?["msg"]?.string?.hasPrefix(row.message) == true, "\(row.raw): \(answer.text)")
      }
      let many = try await desk.send(
        "POST", "/ctms", ["email": ["email_format": "X", "email_lang": "toolong"], "amo": ["user": "x"]])
      #expect(many.json["detail"]?.list.count == 4)
      #expect(try await desk.fixture.count("select count(*) from customer.customer") == 0)
    }
  }

  @Test func ofManyAtOnceOneIsFirst() async throws {
    try await ContactDesk.with { desk in
      let body = ContactDesk.body(["primary_email": "race@example.com"])
      let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<8 { group.addTask { try await desk.send("POST", "/ctms", body).status } }
        return try await group.reduce(into: []) { $0.append($1) }.sorted()
      }
      #expect(statuses == [201] + Array(repeating: 409, count: 7))
    }
  }

  @Test func aRepetitionUnderTheSameKeyIsAnsweredAsTheFirst() async throws {
    try await ContactDesk.with { desk in
      let (body, key) = (ContactDesk.body(), [("Idempotency-Key", "k1")])
      let first = try await desk.send("POST", "/ctms", body, headers: key)
      let second = try await desk.send("POST", "/ctms", body, headers: key)
      #expect((first.status, second.status) == (201, 201))
      #expect(first.body == second.body)
      let other = try await desk.send("POST", "/ctms", ContactDesk.body(), headers: key)
      #expect(other.status == 422)
      #expect(other.json["detail"]?.string?.contains("Idempotency-Key") == true)
      #expect(try await desk.fixture.count("select count(*) from customer.customer") == 1)
    }
  }

  @Test func aListHasEachNameOnce() async throws {
    try await ContactDesk.with { desk in
      for list in ["newsletters", "waitlists"] {
        let twice: JSON = [["name": "n"], ["name": "m"], ["name": "n"]]
        let posted = try await desk.send("POST", "/ctms", ContactDesk.body([:], [list: twice]))
        #expect(posted.status == 409)
        #expect(posted.json == ["detail": .string("\(list) has the name n twice")])
        let id = try await desk.create(ContactDesk.body())
        #expect(try await desk.send("PATCH", "/ctms/\(id)", .object([list: twice])).status == 409)
        #expect(try await desk.contact(id)[list] == [])
      }
    }
  }

  @Test func whatItDoesNotKnowItPassesOver() async throws {
    try await ContactDesk.with { desk in
      let id = try await desk.create(
        ContactDesk.body(["browser_locale": "fr-CA"], ["products": [], "cv": ["x": 1], "status": "ok"]))
      guard case .object(let contact) = try await desk.contact(id) else { return }
      #expect(contact["cv"] == nil)
      #expect(contact["products"] == nil)
    }
  }

  @Test func anUnknownCountryIsTakenAndWarnedAbout() async throws {
    try await ContactDesk.with { desk in
      for (country, isKnown) in [("us", true), ("DE", true), ("zz", false), ("Narnia", false), ("", true)] {
        let answer = try await desk.send("POST", "/ctms", ContactDesk.body(["mailing_country": .string(country)]))
        #expect(answer.status == 201)
        #expect(answer.json.at("email", "mailing_country") == .string(country))
        #expect((answer.headers["X-Mailout-Warning"] == nil) == isKnown, "\(country)")
      }
    }
  }
}
