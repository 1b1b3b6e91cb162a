import Contracts
import Testing

@testable import Customer

/// Contact groups as data: an admin defines one, and it is as the fixed ones are.
@Suite struct ContactGroupTests {
  private static let employee: JSON = [
    "name": "employee",
    "fields": [
      ["name": "number", "type": "string", "max_length": 10, "required": true, "unique": true],
      ["name": "office", "type": "string", "values": ["Berlin", "Paris"], "searchable": true],
      ["name": "grade", "type": "integer", "minimum": 1, "maximum": 9],
      ["name": "hired_on", "type": "date"],
      ["name": "is_active", "type": "boolean", "default": true],
      ["name": "boss", "type": "email", "searchable": true],
    ],
  ]

  private func define(_ desk: ContactDesk, _ body: JSON = employee) async throws -> Int64 {
    let answer = try await desk.send("POST", "/api/contact-groups", body)
    try #require(answer.status == 201, "\(answer.text)")
    guard case .integer(let id)? = answer.json["id"] else { return 0 }
    #expect(answer.headers["Location"] == "/api/contact-groups/\(id)")
    return id
  }

  @Test func itIsReadWrittenPatchedAndSearchedAsTheFixedOnes() async throws {
    try await ContactDesk.with { desk in
      _ = try await define(desk)
      let bare = try await desk.create(ContactDesk.body())
      let none: JSON = .null
      #expect(
        try await desk.contact(bare)["employee"] == [
          "number": none, "office": none, "grade": none, "hired_on": none, "is_active": true, "boss": none,
          "create_timestamp": none, "update_timestamp": none,
        ])
      let id = try await desk.create(
        ContactDesk.body([:], ["employee": ["number": "E1", "office": "Berlin", "grade": 3, "boss": "B@Example.com"]]))
      var contact = try await desk.contact(id)
      #expect(contact.at("employee", "number") == "E1")
      #expect(contact.at("employee", "create_timestamp") != none)
      for (query, count) in [
        ("employee.number=E1", 1), ("employee.number=e1", 0), ("employee.office=Berlin", 1),
        ("employee.boss=b@example.COM", 1), ("employee.number=E1&employee.office=Paris", 0),
        ("employee.office=Berlin&email_id=\(id)", 1),
      ] { #expect(try await desk.get("/ctms?\(query)").json.list.count == count, "\(query)") }
      let patched = try await desk.send(
        "PATCH", "/ctms/\(id)", ["employee": ["office": "Paris", "grade": 9, "hired_on": "2020-02-29"]])
      #expect(patched.status == 200, "\(patched.text)")
      #expect(patched.json.at("employee", "number") == "E1")
      #expect(try await desk.get("/ctms?employee.office=Paris").json.list.count == 1)
      #expect(try await desk.get("/ctms?employee.office=Berlin").json.list.isEmpty)
      contact = try await desk.contact(id)
      #expect(try await desk.send("PUT", "/ctms/\(id)", contact).json["employee"] == contact["employee"])
      #expect(try await desk.send("POST", "/ctms", try await desk.contact(id)).status == 200)
      let gone = try await desk.send("PATCH", "/ctms/\(id)", ["employee": "DELETE"])
      #expect(gone.json.at("employee", "number") == none)
      #expect(try await desk.get("/ctms?employee.number=E1").json.list.isEmpty)
    }
  }

  @Test func itsLimitsHold() async throws {
    try await ContactDesk.with { desk in
      _ = try await define(desk)
      let rows: [(value: JSON, field: String, type: String)] = [
        (["number": "E1234567890"], "number", "string_too_long"),
        (["number": 5], "number", "string_type"),
        (["office": "Berlin"], "number", "missing"),
        (["number": .null], "number", "string_type"),
        (["number": "E1", "office": "Rome"], "office", "literal_error"),
        (["number": "E1", "grade": 0], "grade", "greater_than_equal"),
        (["number": "E1", "grade": 10], "grade", "less_than_equal"),
        (["number": "E1", "grade": "3"], "grade", "int_type"),
        (["number": "E1", "hired_on": "2020-02-30"], "hired_on", "date_from_datetime_parsing"),
        (["number": "E1", "is_active": .null], "is_active", "bool_type"),
        (["number": "E1", "boss": "nobody"], "boss", "value_error"),
      ]
      for row in rows {
        let answer = try await desk.send("POST", "/ctms", ContactDesk.body([:], ["employee": row.value]))
        #expect(answer.status == 422, "\(row.value): \(answer.text)")
        #expect(answer.json.at("detail", "0", "loc") == ["body", "employee", .string(row.field)], "\(answer.text)")
        #expect(answer.json.at("detail", "0", "type") == .string(row.type), "\(row.value): \(answer.text)")
      }
      let first = try await desk.create(ContactDesk.body([:], ["employee": ["number": "E1"]]))
      let taken = try await desk.send("POST", "/ctms", ContactDesk.body([:], ["employee": ["number": "E1"]]))
      #expect(taken.status == 409)
      let other = try await desk.create(ContactDesk.body())
      let lacking = try await desk.send("PATCH", "/ctms/\(other)", ["employee": ["grade": 5]])
      #expect(lacking.status == 422)
      #expect(lacking.json.at("detail", "0", "loc") == ["body", "employee", "number"])
      #expect(try await desk.send("PATCH", "/ctms/\(other)", ["employee": ["number": "E1"]]).status == 409)
      #expect(try await desk.send("PATCH", "/ctms/\(first)", ["employee": ["number": "E2"]]).status == 200)
      #expect(try await desk.send("PATCH", "/ctms/\(other)", ["employee": ["number": "E1"]]).status == 200)
    }
  }

  @Test func definitionsAreManaged() async throws {
    try await ContactDesk.with { desk in
      let id = try await define(desk)
      let read = try await desk.get("/api/contact-groups/\(id)")
      #expect(read.status == 200)
      #expect(read.headers["ETag"] == "\"1\"")
      #expect(read.json["fields"]?.list.count == 6)
      #expect(read.json.at("fields", "1", "max_length") == 255)
      #expect(try await desk.get("/api/contact-groups").json["items"]?.list == [read.json])
      #expect(try await desk.send("POST", "/api/contact-groups", Self.employee).status == 409)
      // Until a contact has it, everything may change.
      let fields: JSON = [["name": "number", "type": "integer"]]
      let stale = try await desk.send(
        "PATCH", "/api/contact-groups/\(id)", ["fields": fields], headers: [("If-Match", "\"7\"")])
      #expect(stale.status == 412)
      #expect(try await desk.send("PATCH", "/api/contact-groups/\(id)", ["fields": fields]).status == 200)
      let contact = try await desk.create(ContactDesk.body([:], ["employee": ["number": 5]]))
      for (bad, pointer): (JSON, String) in [
        ([["name": "number", "type": "string"]], "/fields/0/type"),
        ([["name": "other", "type": "string"]], "/fields"),
        ([["name": "number", "type": "integer", "unique": true]], "/fields/0/unique"),
        ([["name": "number", "type": "integer", "required": true]], "/fields/0/required"),
        (
          [["name": "number", "type": "integer"], ["name": "x", "type": "string", "required": true]],
          "/fields/1/required"
        ),
      ] {
        let refused = try await desk.send("PATCH", "/api/contact-groups/\(id)", ["fields": bad])
        #expect(refused.status == 409, "\(bad): \(refused.text)")
        #expect(refused.json.at("errors", "0", "pointer") == .string(pointer), "\(refused.text)")
      }
      let more: JSON = [
        ["name": "number", "type": "integer", "maximum": 100], ["name": "x", "type": "string", "default": "d"],
      ]
      #expect(try await desk.send("PATCH", "/api/contact-groups/\(id)", ["fields": more]).status == 200)
      #expect(try await desk.contact(contact).at("employee", "x") == "d")
      #expect(try await desk.contact(contact).at("employee", "number") == 5)
      #expect(try await desk.send("DELETE", "/api/contact-groups/\(id)").status == 204)
      #expect(try await desk.contact(contact)["employee"] == nil)
      #expect(try await desk.get("/api/contact-groups/\(id)").status == 404)
      #expect(
        try await desk.fixture.count("select count(*) from customer.contact_group_value where group_name = 'employee'")
          == 0)
    }
  }

  @Test func aDefinitionThatCannotBeNamesItsFaults() async throws {
    try await ContactDesk.with { desk in
      func field(_ more: [String: JSON]) -> JSON {
        ["name": "g", "fields": [.object(["name": "f", "type": "string"].merging(more) { $1 })]]
      }
      let rows: [(body: JSON, pointer: String)] = [
        (["fields": [["name": "f", "type": "string"]]], "/name"),
        (["name": "g"], "/fields"),
        (["name": "g", "fields": []], "/fields"),
        (["name": "Group", "fields": [["name": "f", "type": "string"]]], "/name"),
        (["name": "amo", "fields": [["name": "f", "type": "string"]]], "/name"),
        (
          ["name": "g", "fields": [["name": "f", "type": "string"], ["name": "f", "type": "date"]]], "/fields/1/name"
        ),
        (["name": "g", "fields": ["f"]], "/fields/0"),
        (field(["name": "create_timestamp"]), "/fields/0/name"),
        (field(["name": "1x"]), "/fields/0/name"),
        (field(["type": "text"]), "/fields/0/type"),
        (field(["max_length": 0]), "/fields/0/max_length"),
        (field(["max_length": 5, "min_length": 6]), "/fields/0/min_length"),
        (field(["minimum": 1]), "/fields/0/minimum"),
        (field(["type": "date", "max_length": 5]), "/fields/0/max_length"),
        (field(["type": "boolean", "unique": true]), "/fields/0/unique"),
        (field(["values": ["a"], "default": "b"]), "/fields/0/default"),
        (field(["required": true, "default": "b"]), "/fields/0/default"),
        (field(["type": "integer", "minimum": 5, "maximum": 4]), "/fields/0/minimum"),
        (field(["unknown": 1]), "/fields/0/unknown"),
      ]
      for row in rows {
        let answer = try await desk.send("POST", "/api/contact-groups", row.body)
        #expect(answer.status == 422, "\(row.body): \(answer.text)")
        #expect(answer.json.at("errors", "0", "pointer") == .string(row.pointer), "\(row.body): \(answer.text)")
      }
      #expect(try await desk.fixture.count("select count(*) from customer.contact_group") == 0)
      let reader = try desk.token(scopes: ["contacts:read", "contacts:write", "admin:read"])
      #expect(try await desk.send("POST", "/api/contact-groups", Self.employee, token: reader).status == 403)
    }
  }
}
