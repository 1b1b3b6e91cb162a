import Contracts
import Testing

@testable import Customer

@Suite struct CustomerExportTests {
  private static let header = [
    "phone", "phone_code", "timezone", "email", "first_name", "last_name", "tags", "opted_out",
  ]
  private static let attributes = ["city", "plan"]

  private static let customers: [JSON] = [
    [
      "phone": "79161234567", "timezone": "Europe/Moscow", "email": "ivan@example.com", "first_name": "Иван",
      "last_name": "O'Neil, \"the\" one\nof two", "attributes": ["city": "=HYPERLINK(\"http://x\")", "plan": "'+1"],
      "tags": ["-new", "a b", "vip"],
    ],
    ["phone": "4915112345678", "first_name": "@anna", "last_name": "''=x", "attributes": ["plan": "\r"]],
    ["email": "+x@example.com", "phone_code": "777", "opted_out": true],
  ]

  /// What is exported is the same customer when it is imported elsewhere.
  @Test(arguments: ["csv", "ndjson"]) func whatGoesOutComesInAgain(_ format: String) async throws {
    var text = ""
    var before: [JSON] = []
    try await CustomerFixture.with { fixture async throws in
      for customer in Self.customers { _ = try await fixture.call(.createCustomer, customer) }
      before = try await all(fixture)
      text = try await export(fixture, format)
    }
    #expect(!text.contains("\n=") && !text.contains(",="), "no formula at a field's beginning")
    try await CustomerFixture.with { fixture async throws in
      let report = try await fixture.json(
        .importCustomers,
        [
          "format": .string(format), "columns": .array((Self.header + Self.attributes).map(JSON.string)),
          "first_line": 2, "text": .string(text),
        ])
      #expect(report["created"] == 3, "\(report)")
      #expect(report["rejected"] == 0)
      #expect(try await all(fixture) == before)
      let again = try await export(fixture, format)
      #expect(again.count == text.count)
      #expect(try await fixture.count("select count(*) from customer.event where type = 'customer.opted-out.v1'") == 1)
      #expect(try await fixture.count("select count(*) from customer.control") == 1)
      // Once more: nothing new is told.
      _ = try await fixture.json(
        .importCustomers,
        [
          "format": .string(format), "columns": .array((Self.header + Self.attributes).map(JSON.string)),
          "first_line": 2, "text": .string(text),
        ])
      #expect(try await fixture.count("select count(*) from customer.control") == 1)
    }
  }

  @Test func filtersAndFaults() async throws {
    try await CustomerFixture.with { fixture async throws in
      for customer in Self.customers { _ = try await fixture.call(.createCustomer, customer) }
      let page = try await fixture.json(
        .exportCustomers, ["filter": ["tag": ["vip"]], "format": "csv", "attributes": []])
      #expect(page["count"] == 1)
      for bad in [
        [:], ["format": "xml"], ["format": "csv", "filter": ["colour": "red"]], ["format": "csv", "limit": 0],
        ["format": 1], .array([]),
      ] as [JSON] {
        let code = try await fixture.refusal(.exportCustomers, bad)
        #expect(code == .invalid || code == .malformed, "\(bad)")
      }
    }
  }

  private func export(_ fixture: CustomerFixture, _ format: String) async throws -> String {
    var text = ""
    var after: JSON = .null
    repeat {
      var data: [String: JSON] = ["filter": [:], "limit": 2, "after": after, "format": .string(format)]
      if format == "csv" { data["attributes"] = .array(Self.attributes.map(JSON.string)) }
      let page = try await fixture.json(.exportCustomers, .object(data))
      if case .string(let part) = page["text"] { text += part }
      after = page["next"] ?? .null
    } while after != .null
    return text
  }

  /// Everybody, without what belongs to the copy they are in, and in an order that does not depend on it.
  private func all(_ fixture: CustomerFixture) async throws -> [JSON] {
    guard case .array(let items) = try await fixture.json(.listCustomers, [:])["items"] else { return [] }
    return items.map { item in
      guard case .object(var members) = item else { return item }
      for name in ["id", "uuid", "created_at", "updated_at", "tag_ids"] { members[name] = nil }
      return .object(members)
    }.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
  }
}
