import Contracts
import FoundationEssentials
import Messaging
import Testing

@testable import Customer

/// Customers by e-mail address: the same customers that every other face shows.
struct CustomerProfileTests {
  private static let anna: JSON = [
    "email": "Anna@Example.com", "customer_id": "c-17", "country": "DE", "language": "DE",
  ]

  private static func problem(
    _ fixture: CustomerFixture, _ operation: Contracts.Operation, _ data: JSON, principal: String = "operator:test"
  ) async throws -> Problem? {
    do {
      _ = try await fixture.call(operation, data, principal: principal)
      return nil
    } catch let problem as Problem {
      return problem
    }
  }

  @Test func isKeptReadChangedAndRemoved() async throws {
    try await CustomerFixture.with { fixture in
      let made = try await fixture.json(.createProfile, Self.anna)
      #expect(made["customer_id"] == "c-17" && made["email"] == "Anna@Example.com")
      #expect(made["country"] == "DE" && made["language"] == "DE")
      #expect(try await fixture.json(.readProfile, ["email": "anna@example.COM"]) == made)
      let changed = try await fixture.json(
        .updateProfile, ["email": "anna@example.com", "changes": ["language": "en"]])
      #expect(changed["language"] == "en" && changed["country"] == "DE" && changed["customer_id"] == "c-17")
      #expect(
        try await fixture.json(.deleteProfile, ["email": "ANNA@example.com"])["email"] == "Anna@Example.com")
      #expect(
        try await Self.problem(fixture, .readProfile, ["email": "anna@example.com"])
          == Problem(.notFound, "anna@example.com not found"))
      #expect(try await fixture.count("select count(*) from customer.customer") == 0)
      let types = try await fixture.pool.query("select type from customer.event order by id").map {
        try $0[0, as: String.self]
      }
      #expect(types.prefix(2) == ["customer.created.v1", "customer.updated.v1"])
    }
  }

  @Test func everyFaceShowsTheSameCustomer() async throws {
    try await CustomerFixture.with { fixture in
      let made = try await fixture.json(.createProfile, ["email": "a@b.example", "country": "fr", "language": "fr"])
      let id = try #require(made["id"])
      let customer = try await fixture.json(.readCustomer, ["id": id])
      #expect(customer["email"] == "a@b.example" && customer["uuid"] == made["customer_id"])
      let contact = try await fixture.json(.readContact, ["email_id": customer["uuid"] ?? .null])
      #expect(contact["email"]?["mailing_country"] == "fr" && contact["email"]?["email_lang"] == "fr")
      _ = try await fixture.call(
        .updateContact, ["email_id": customer["uuid"] ?? .null, "changes": ["email": ["email_lang": "de"]]])
      #expect(try await fixture.json(.readProfile, ["email": "a@b.example"])["language"] == "de")
      // One that came by another door, and one of a household.
      for name in ["One", "Two"] {
        _ = try await fixture.call(.createCustomer, ["email": "home@b.example", "first_name": .string(name)])
      }
      let home = try await fixture.json(.readProfile, ["email": "home@b.example"])
      #expect(home["language"] == "en" && home["country"] == .null)
      _ = try await fixture.call(.updateProfile, ["email": "home@b.example", "changes": ["language": "de"]])
      #expect(try await fixture.json(.readProfile, ["email": "home@b.example"])["id"] == home["id"])
      #expect(try await Self.problem(fixture, .createProfile, ["email": "HOME@b.example"])?.code == .conflict)
    }
  }

  @Test func addressesAndIdsAreUnique() async throws {
    try await CustomerFixture.with { fixture in
      let made = try await fixture.json(.createProfile, Self.anna)
      let same = try await Self.problem(fixture, .createProfile, ["email": "anna@EXAMPLE.com"])
      #expect(same?.detail == "anna@EXAMPLE.com already exists" && same?.errors.map(\.pointer) == ["/email"])
      let id = try await Self.problem(fixture, .createProfile, ["email": "b@c.example", "customer_id": "c-17"])
      #expect(id?.detail == "customer_id c-17 already exists" && id?.errors.map(\.pointer) == ["/customer_id"])
      let customer = try await fixture.json(.readCustomer, ["id": made["id"] ?? .null])
      let shown = try await Self.problem(
        fixture, .createProfile, ["email": "b@c.example", "customer_id": customer["uuid"] ?? .null])
      #expect(shown?.errors.map(\.pointer) == ["/customer_id"], "it is what a customer without one would show")
      let outcomes = try await withThrowingTaskGroup(of: Problem.Code?.self) { group in
        for _ in 0..<10 {
          group.addTask { try await Self.problem(fixture, .createProfile, ["email": "busy@c.example"])?.code }
        }
        return try await group.reduce(into: [Problem.Code?]()) { $0.append($1) }
      }
      #expect(outcomes.count { $0 == nil } == 1 && outcomes.count { $0 == .conflict } == 9)
    }
  }

  @Test func aRepetitionUnderItsKeyIsAnsweredAgain() async throws {
    try await CustomerFixture.with { fixture in
      let first = try await fixture.json(.createProfile, Self.anna, key: "one")
      #expect(try await fixture.json(.createProfile, Self.anna, key: "one") == first)
    }
  }

  @Test func faultsAreNamedAllAtOnce() async throws {
    try await CustomerFixture.with { fixture in
      let wrong: JSON = ["email": "nobody", "customer_id": "", "country": "DEU", "language": "1x", "password": "x"]
      #expect(
        try await Self.problem(fixture, .createProfile, wrong)?.errors.map(\.pointer).sorted()
          == ["/country", "/customer_id", "/email", "/language", "/password"])
      #expect(try await Self.problem(fixture, .createProfile, [:])?.errors.first?.detail == "is required")
      _ = try await fixture.call(.createProfile, Self.anna)
      let email: JSON = "anna@example.com"
      let language = try await Self.problem(
        fixture, .updateProfile, ["email": email, "changes": ["language": "fr"]])
      #expect(language == Problem(.invalid, "Supported languages are ['de', 'en']"))
      for changes in [[:], ["language": .null], ["language": "de", "country": "DE"], "x"] as [JSON] {
        #expect(
          try await Self.problem(fixture, .updateProfile, ["email": email, "changes": changes])?.code == .invalid)
      }
      for address in ["", "a\u{0}b", String(repeating: "x", count: 400), "nobody", "' or 1=1"] {
        #expect(try await Self.problem(fixture, .readProfile, ["email": .string(address)])?.code == .notFound)
      }
    }
  }

  @Test func aListInPages() async throws {
    try await CustomerFixture.with { fixture in
      for number in 1...5 { _ = try await fixture.call(.createProfile, ["email": .string("c\(number)@d.example")]) }
      _ = try await fixture.call(.createCustomer, ["phone": "79161234567"])
      var (after, seen): (JSON?, [JSON]) = (nil, [])
      repeat {
        var data: [String: JSON] = ["limit": 2]
        data["after"] = after
        let page = try await fixture.json(.listProfiles, .object(data))
        guard case .array(let items)? = page["items"] else { throw Problem(.internal, "no items") }
        seen += items.compactMap { $0["email"] }
        after = page["next"] == .null ? nil : page["next"]
      } while after != nil
      #expect(seen == (1...5).map { .string("c\($0)@d.example") })
    }
  }

  @Test func aSessionOpensItsOwnProfileAlone() async throws {
    try await CustomerFixture.with { fixture in
      let anna = try await fixture.json(.createProfile, ["email": "anna@example.com"])
      _ = try await fixture.call(.createProfile, ["email": "bob@example.com"])
      guard case .string(let uuid)? = anna["customer_id"] else { throw Problem(.internal, "no uuid") }
      let own = "customer:\(uuid)"
      #expect(
        try JSON.parse(
          try await fixture.call(.readProfile, ["email": "ANNA@example.com"], principal: own).body) == anna)
      for (operation, data) in [
        (.readProfile, ["email": "bob@example.com"]), (.readProfile, ["email": "nobody@example.com"]),
        (.updateProfile, ["email": "bob@example.com", "changes": ["language": "de"]]),
        (.deleteProfile, ["email": "bob@example.com"]), (.listProfiles, [:]),
        (.createProfile, ["email": "carl@example.com"]),
      ] as [(Contracts.Operation, JSON)] {
        let refused = try await Self.problem(fixture, operation, data, principal: own)
        #expect(refused == ProfileOwner.refused, "\(operation.type)")
      }
      #expect(
        try await Self.problem(fixture, .readProfile, ["email": "anna@example.com"], principal: "customer:x")
          == ProfileOwner.refused)
      _ = try await fixture.call(
        .updateProfile, ["email": "anna@example.com", "changes": ["language": "de"]], principal: own)
      _ = try await fixture.call(.deleteProfile, ["email": "anna@example.com"], principal: own)
      #expect(try await fixture.count("select count(*) from customer.customer") == 1)
    }
  }
}
