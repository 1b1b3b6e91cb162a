import Contracts
import Testing

@testable import Customer

/// No line of an import gives a customer more attributes than one may have.
@Suite struct CustomerImportAttributeTests {
  private func attributes(_ names: Range<Int>, _ value: String = "x") -> JSON {
    .object(Dictionary(uniqueKeysWithValues: names.map { ("a\($0)", JSON.string(value)) }))
  }

  private func lines(_ customers: [JSON]) -> JSON {
    let text = customers.map { String(decoding: $0.bytes, as: UTF8.self) }.joined(separator: "\n")
    return ["format": "ndjson", "first_line": 11, "text": .string(text)]
  }

  /// How many attributes the customer with this name has.
  private func count(_ fixture: CustomerFixture, _ name: String) async throws -> Int64 {
    try await fixture.count(
      """
      select count(*) from customer.customer c, jsonb_object_keys(c.attributes) where c.first_name = \(name)
      """)
  }

  @Test(arguments: ["phone", "email"])
  func theLineThatIsTooMuchIsNamedAndTheOthersGoIn(_ field: String) async throws {
    let full: JSON = field == "phone" ? "79161234501" : "full@example.com"
    let other: JSON = field == "phone" ? "79161234502" : "other@example.com"
    try await CustomerFixture.with { fixture async throws in
      _ = try await fixture.call(
        .createCustomer, [field: full, "first_name": "Full", "attributes": attributes(0..<60)])
      let refused = try await fixture.json(
        .importCustomers,
        lines([
          [field: other, "first_name": "Other", "attributes": attributes(0..<64)],
          [field: full, "last_name": "Changed", "attributes": attributes(58..<65)],
        ]))
      #expect(refused["created"] == 1)
      #expect(refused["updated"] == 0)
      #expect(refused["rejected"] == 1)
      let fault: JSON = [
        "line": 12, "field": "attributes", "detail": "the customer would have more than 64 attributes",
      ]
      #expect(refused["errors"] == .array([fault]))
      #expect(try await count(fixture, "Full") == 60)
      #expect(try await count(fixture, "Other") == 64)
      #expect(try await fixture.count("select count(*) from customer.customer where last_name = 'Changed'") == 0)

      let taken = try await fixture.json(
        .importCustomers, lines([[field: full, "attributes": attributes(58..<64)]]))
      #expect(taken["updated"] == 1)
      #expect(try await count(fixture, "Full") == 64)
    }
  }

  /// What was let in before: such a customer can be imported again and changed, and gets no more.
  @Test(arguments: ["phone", "email"])
  func whoHasTooManyKeepsThem(_ field: String) async throws {
    let address: JSON = field == "phone" ? "79161234501" : "full@example.com"
    try await CustomerFixture.with { fixture async throws in
      let made = try await fixture.json(.createCustomer, [field: address, "first_name": "Full"])
      try await fixture.pool.query(
        """
        update customer.customer
        set attributes = (select jsonb_object_agg('a' || n, 'x'::text) from generate_series(0, 69) n)
        """)
      let known = try await fixture.json(
        .importCustomers, lines([[field: address, "attributes": attributes(0..<60, "y")]]))
      #expect(known["updated"] == 1)
      let more = try await fixture.json(.importCustomers, lines([[field: address, "attributes": attributes(70..<71)]]))
      #expect(more["rejected"] == 1)
      let target: [String: JSON] = ["id": made["id"] ?? .null]
      func change(_ changes: JSON) -> JSON { .object(target.merging(["changes": changes]) { $1 }) }
      #expect(try await fixture.refusal(.updateCustomer, change(["last_name": "Changed"])) == nil)
      #expect(try await fixture.refusal(.updateCustomer, change(["attributes": ["b": "x"]])) == .invalid)
      #expect(try await fixture.refusal(.updateCustomer, change(["attributes": ["a0": .null]])) == nil)
      #expect(try await count(fixture, "Full") == 69)
    }
  }
}
