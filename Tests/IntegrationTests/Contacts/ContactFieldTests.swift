import Contracts
import Testing

/// Every field of every group: what is taken, what is refused, and in which words.
@Suite struct ContactFieldTests {
  /// One value of one field. A fault is (type, beginning of its message); nil where the value is taken.
  struct Row: Sendable {
    let group: String
    let field: String
    let value: JSON
    let type: String?
    let message: String

    init(_ group: String, _ field: String, _ value: JSON, _ type: String? = nil, _ message: String = "") {
      self.group = group
      self.field = field
      self.value = value
      self.type = type
      self.message = message
    }
  }

  private static func text(_ count: Int) -> JSON { .string(String(repeating: "x", count: count)) }

  private static let tooLong = "string_too_long"
  private static let string = "string_type"

  static let email: [Row] = [
    Row("email", "primary_email", "no-at-sign", "value_error", "value is not a valid email address"),
    Row("email", "primary_email", "a@b", "value_error", "value is not a valid email address"),
    Row("email", "primary_email", "", "value_error", "value is not a valid email address"),
    Row("email", "primary_email", .null, string, "Input should be a valid string"),
    Row("email", "primary_email", 7, string),
    Row("email", "email_id", "not-a-uuid", "uuid_parsing", "Input should be a valid UUID"),
    Row("email", "email_id", "332de237-cab7-1461-bcc3-48e68f42bd5c", "uuid_version", "UUID version 4 expected"),
    Row("email", "basket_token", "nonsense", "uuid_parsing", "Input should be a valid UUID"),
    Row("email", "basket_token", 12, string),
    Row("email", "basket_token", .null),
    Row("email", "double_opt_in", true),
    Row("email", "double_opt_in", "perhaps", "bool_parsing", "Input should be a valid boolean"),
    Row("email", "double_opt_in", .null, "bool_type", "Input should be a valid boolean"),
    Row("email", "sfdc_id", text(255)),
    Row("email", "sfdc_id", text(256), tooLong, "String should have at most 255 characters"),
    Row("email", "first_name", text(255)),
    Row("email", "first_name", text(256), tooLong, "String should have at most 255 characters"),
    Row("email", "first_name", "Юлия"),
    Row("email", "last_name", text(256), tooLong),
    Row("email", "last_name", ["a"], string),
    Row("email", "mailing_country", text(256), tooLong),
    Row("email", "mailing_country", "us"),
    Row("email", "email_format", "H"),
    Row("email", "email_format", "T"),
    Row("email", "email_format", "N"),
    Row("email", "email_format", ""),
    Row("email", "email_format", "X", "literal_error", "Input should be 'H', 'T', 'N' or ''"),
    Row("email", "email_format", .null, string),
    Row("email", "email_lang", "fr"),
    Row("email", "email_lang", "pt-BR"),
    Row("email", "email_lang", .null),
    Row("email", "email_lang", "french", tooLong, "String should have at most 5 characters"),
    Row("email", "email_lang", "!!", "string_pattern_mismatch", "Input should be a language code"),
    Row("email", "has_opted_out_of_email", "maybe", "bool_parsing"),
    Row("email", "unsubscribe_reason", text(9_999)),
    Row("email", "unsubscribe_reason", text(10_001), tooLong),
    Row("email", "unsubscribe_reason", "a\u{0}b", "value_error", "Value error, must not contain control"),
  ]

  static let groups: [Row] = [
    Row("amo", "add_on_ids", text(500)),
    Row("amo", "add_on_ids", text(501), tooLong, "String should have at most 500 characters"),
    Row("amo", "display_name", text(256), tooLong),
    Row("amo", "email_opt_in", "yes?", "bool_parsing"),
    Row("amo", "language", "fr,en"),
    Row("amo", "language", "fr,en,de", tooLong, "String should have at most 5 characters"),
    Row("amo", "last_login", "2021-01-28"),
    Row("amo", "last_login", "2021-02-30", "date_from_datetime_parsing", "Input should be a valid date"),
    Row("amo", "last_login", "yesterday", "date_from_datetime_parsing"),
    Row("amo", "location", text(255)),
    Row("amo", "location", text(256), tooLong),
    Row("amo", "profile_url", text(40)),
    Row("amo", "profile_url", text(41), tooLong, "String should have at most 40 characters"),
    Row("amo", "user", 2, "bool_parsing"),
    Row("amo", "user_id", text(40)),
    Row("amo", "user_id", text(41), tooLong),
    Row("amo", "user_id", 98765, string),
    Row("amo", "username", text(100)),
    Row("amo", "username", text(101), tooLong, "String should have at most 100 characters"),
    Row("fxa", "fxa_id", text(50)),
    Row("fxa", "fxa_id", text(51), tooLong, "String should have at most 50 characters"),
    Row("fxa", "primary_email", text(256), tooLong),
    Row("fxa", "created_date", text(51), tooLong),
    Row("fxa", "lang", text(255)),
    Row("fxa", "lang", text(256), tooLong),
    Row("fxa", "first_service", text(51), tooLong),
    Row("fxa", "account_deleted", .null, "bool_type"),
    Row("mofo", "mofo_email_id", text(256), tooLong),
    Row("mofo", "mofo_contact_id", text(256), tooLong),
    Row("mofo", "mofo_contact_id", text(255)),
    Row("mofo", "mofo_relevant", "x", "bool_parsing"),
  ]

  /// Of items of lists; each has a name beside.
  static let items: [Row] = [
    Row("newsletters", "name", .null, string),
    Row("newsletters", "name", "", "string_too_short", "String should have at least 1 character"),
    Row("newsletters", "subscribed", "no idea", "bool_parsing"),
    Row("newsletters", "format", "T"),
    Row("newsletters", "format", "N", "literal_error", "Input should be 'H' or 'T'"),
    Row("newsletters", "lang", "fr"),
    Row("newsletters", "lang", .null),
    Row("newsletters", "lang", "f", "string_too_short", "String should have at least 2 characters"),
    Row("newsletters", "lang", "french", tooLong),
    Row("newsletters", "source", "https://www.mozilla.org/en-US/"),
    Row("newsletters", "source", "/not-a-url", "url_parsing", "Input should be a valid URL"),
    Row("newsletters", "unsub_reason", "Graduated, don't have time for FSA"),
    Row("waitlists", "name", "", "string_too_short", "String should have at least 1 character"),
    Row("waitlists", "source", "no url", "url_parsing"),
    Row("waitlists", "fields", ["geo": "fr", "anything": ["goes": true]]),
    Row("waitlists", "fields", ["a"], "dict_type", "Input should be a valid dictionary"),
    Row("waitlists", "fields", .null, "dict_type"),
    Row("waitlists", "subscribed", .null, "bool_type"),
  ]

  @Test func fieldsOfGroups() async throws {
    try await ContactDesk.with { desk in
      for row in Self.email + Self.groups {
        let place = "\(row.group).\(row.field) = \(row.value.excerpted)"
        let body =
          row.group == "email"
          ? ContactDesk.body([row.field: row.value])
          : ContactDesk.body([:], [row.group: .object([row.field: row.value])])
        let answer = try await desk.send("POST", "/ctms", body)
        try Self.check(answer, row, ["body", .string(row.group), .string(row.field)], place)
        guard row.type == nil, let id = answer.json.at("email", "email_id")?.string else { continue }
        #expect(try await desk.contact(id).at(row.group, row.field) == row.value, "\(place)")
      }
    }
  }

  @Test func fieldsOfListItems() async throws {
    try await ContactDesk.with { desk in
      for row in Self.items {
        let place = "\(row.group)[].\(row.field) = \(row.value.excerpted)"
        let item: [String: JSON] = ["name": "some-name"].merging([row.field: row.value]) { $1 }
        let answer = try await desk.send("POST", "/ctms", ContactDesk.body([:], [row.group: [.object(item)]]))
        try Self.check(answer, row, ["body", .string(row.group), 0, .string(row.field)], place)
        guard row.type == nil, let id = answer.json.at("email", "email_id")?.string else { continue }
        #expect(try await desk.contact(id).at(row.group, "0", row.field) == row.value, "\(place)")
      }
    }
  }

  private static func check(_ answer: ContactDesk.Answer, _ row: Row, _ way: JSON, _ place: String) throws {
    guard let type = row.type else {
      #expect(answer.status == 201, "\(place): \(answer.text)")
      return
    }
    #expect(answer.status == 422, "\(place): \(answer.text)")
    #expect(answer.headers["Content-Type"] == "application/json")
    let faults = answer.json["detail"]?.list ?? []
    #expect(faults.count == 1, "\(place): \(answer.text)")
    let fault = faults.first ?? .null
    #expect(fault["type"] == .string(type), "\(place): \(answer.text)")
    #expect(fault["loc"] == way, "\(place): \(answer.text)")
    #expect(fault["msg"]?.string?.hasPrefix(row.message) == true, "\(place): \(answer.text)")
    guard case .object(let members) = fault else { return }
    #expect(members["input"] != nil, "\(place)")
  }

  @Test func whatIsSaidInOtherWordsIsTheSame() async throws {
    try await ContactDesk.with { desk in
      let token = "C4A7D759BB52457B896B90F1D3EF8433"
      let id = try await desk.create(
        ContactDesk.body(["double_opt_in": "true", "basket_token": .string(token)], ["amo": ["user": 1]]))
      let contact = try await desk.contact(id)
      #expect(contact.at("email", "double_opt_in") == true)
      #expect(contact.at("email", "basket_token") == "c4a7d759-bb52-457b-896b-90f1d3ef8433")
      #expect(contact.at("amo", "user") == true)
    }
  }
}

extension JSON {
  /// Short enough to be read in a test's failure.
  fileprivate var excerpted: String { String(String(decoding: bytes, as: UTF8.self).prefix(60)) }
}
