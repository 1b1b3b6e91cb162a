import Contracts
import FoundationEssentials
import Testing

@testable import Customer

/// Audiences by what contacts have: newsletters, countries, languages; against a search by hand.
@Suite struct ContactAudienceTests {
  private struct Person: Sendable {
    var id: Int64
    var tags: Set<String>
    var zone: String?
    /// Those subscribed to.
    var newsletters: Set<String>
    var country: String?
    var language: String?
  }

  private static let newsletters = ["alpha", "beta", "rare"]
  private static let countries = ["de", "FR", "us"]
  private static let languages = ["de", "fr", "pt-BR"]

  private func populate(_ fixture: CustomerFixture) async throws -> [Person] {
    var people: [Person] = []
    for number in 0..<240 {
      var body: [String: JSON] = [
        "phone": .string("7916\(1_000_000 + number)"), "email": .string("u\(number)@example.com"),
      ]
      let tags = ["a", "b"].filter { _ in Bool.random() }
      let zone = number % 3 == 0 ? nil : ["UTC", "Europe/Berlin"].randomElement()
      body["tags"] = .array(tags.map(JSON.string))
      if let zone { body["timezone"] = .string(zone) }
      let created = try await fixture.json(.createCustomer, .object(body))
      guard case .integer(let id)? = created["id"] else { continue }
      var person = Person(id: id, tags: Set(tags), zone: zone, newsletters: [], country: nil, language: nil)
      if number % 5 != 0 {
        let named = Self.newsletters.filter { $0 == "rare" ? number % 41 == 0 : Bool.random() }
        person.newsletters = Set(named.filter { _ in Int.random(in: 0..<4) > 0 })
        person.country = Self.countries.randomElement()
        person.language = number % 7 == 0 ? nil : Self.languages.randomElement()
        let items = named.map { name -> JSON in
          ["name": .string(name), "subscribed": .bool(person.newsletters.contains(name))]
        }
        // Who never joined cannot leave: one joins first.
        for list in [items.map { JSON.object(["name": $0["name"] ?? .null]) }, items] {
          _ = try await fixture.call(
            .updateContact,
            [
              "email_id": created["uuid"] ?? .null,
              "changes": [
                "newsletters": .array(list),
                "email": [
                  "mailing_country": person.country.map(JSON.string) ?? .null,
                  "email_lang": person.language.map(JSON.string) ?? .null,
                ],
              ],
            ])
        }
      }
      people.append(person)
    }
    return people
  }

  private func selects(_ filter: AudienceFilter, _ person: Person) -> Bool {
    func has(_ wanted: [String], _ value: String?) -> Bool {
      wanted.isEmpty || value.map { value in wanted.contains { $0.lowercased() == value.lowercased() } } == true
    }
    return (filter.tags.isEmpty || !person.tags.isDisjoint(with: filter.tags))
      && (filter.newsletters.isEmpty || !person.newsletters.isDisjoint(with: filter.newsletters))
      && has(filter.countries, person.country) && has(filter.languages, person.language)
  }

  @Test func pagesAndCountsAreThoseOfASearchByHand() async throws {
    try await CustomerFixture.with { fixture async throws in
      let people = try await populate(fixture)
      func some(_ values: [String], _ share: Int) -> [String] { values.filter { _ in Int.random(in: 0..<share) == 0 } }
      for round in 0..<60 {
        let filter = AudienceFilter(
          tags: some(["a", "unknown"], 4), newsletters: some(Self.newsletters + ["unknown"], round % 3 + 1),
          countries: some(["DE", "fr", "zz"], 3), languages: some(["DE", "fr", "pt-br"], 3))
        let zone: String? = round % 4 == 0 ? "UTC" : nil
        let withoutZone = round % 4 == 1
        let expected = people.filter {
          selects(filter, $0) && (zone == nil || $0.zone == zone) && (!withoutZone || $0.zone == nil)
        }
        let met = try await walk(
          fixture, filter, zone: zone, withoutZone: withoutZone, limit: [3, 50].randomElement() ?? 3)
        #expect(met == expected.map(\.id), "\(filter) \(zone ?? "") \(withoutZone)")
        let data = try JSON.parse([UInt8](try JSONEncoder().encode(AudienceCountQuery(filter: filter))))
        let count = try JSONDecoder().decode(
          AudienceCount.self, from: Data(try await fixture.call(.audienceCount, data).body))
        #expect(count.count == Int64(people.count { selects(filter, $0) }), "\(filter)")
      }
    }
  }

  /// A page by newsletter, country or language walks an index of its own, whatever the tables have grown to.
  @Test func everyFilterHasAnIndex() async throws {
    try await CustomerFixture.with { fixture async throws in
      var candidates = CandidateSQL(after: 5, limit: 50)
      let rows: [(index: String, set: (inout CandidateSQL) -> Void)] = [
        ("subscription_by_name", { $0.newsletters = ["alpha", "beta"] }),
        ("contact_by_country", { $0.countries = ["de"] }), ("contact_by_language", { $0.languages = ["de"] }),
      ]
      for row in rows {
        candidates.newsletters = []
        candidates.countries = []
        candidates.languages = []
        row.set(&candidates)
        let sql = candidates.sql
        let plan = try await fixture.pool.withTransaction { connection in
          try await connection.query("set local enable_seqscan = off")
          return try await connection.query("explain \(fragment: sql)").map { try $0[0, as: String.self] }
        }.joined(separator: "\n")
        #expect(plan.contains(row.index), "\(plan)")
        // The index gives the order: a sort is of the few that it gave.
        #expect(plan.ranges(of: "Limit").count == 2, "\(plan)")
      }
    }
  }

  @Test func tooManyValuesAreRefused() async throws {
    try await CustomerFixture.with { fixture async throws in
      let many = JSON.array((0...100).map { .string("n\($0)") })
      for name in ["newsletters", "countries", "languages"] {
        let filter = JSON.object(["tags": [], "phone_codes": [], name: many])
        #expect(try await fixture.refusal(.audienceCount, ["filter": filter]) == .invalid, "\(name)")
      }
    }
  }

  private func walk(
    _ fixture: CustomerFixture, _ filter: AudienceFilter, zone: String?, withoutZone: Bool, limit: Int
  ) async throws -> [Int64] {
    var (met, after): ([Int64], Int64?) = ([], 0)
    while let start = after {
      let query = AudiencePageQuery(
        filter: filter, after: start, through: .max, limit: limit, fields: [], timezone: zone,
        withoutTimezone: withoutZone ? true : nil)
      let data = try JSON.parse([UInt8](try JSONEncoder().encode(query)))
      let page = try AudiencePage(bytes: try await fixture.call(.audiencePage, data).body)
      met += page.members.map(\.id)
      after = page.next
    }
    return met
  }
}
