import Contracts
import FoundationEssentials
import Messaging
import Testing

@testable import Customer

@Suite struct CustomerAudienceTests {
  private static let tags = ["a", "b", "c", "rare"]
  private static let codes = ["900", "916", "999"]
  static let zones = ["Asia/Omsk", "Europe/Moscow", "UTC"]

  struct Person: Sendable {
    var id: Int64
    var phone: String?
    var code: String?
    var tags: Set<String>
    var city: String?
    var zone: String?
  }

  /// 400 customers of all kinds, with gaps between the ids.
  func populate(_ fixture: CustomerFixture) async throws -> [Person] {
    var people: [Person] = []
    for number in 0..<400 {
      var body: [String: JSON] = ["email": .string("u\(number)@example.com")]
      let code = Self.codes.randomElement()
      if number % 7 != 0 { body["phone"] = .string("7\(code ?? "")\(1_000_000 + number)") }
      if let code, number % 5 != 0 { body["phone_code"] = .string(code) }
      let tags = Self.tags.filter { $0 == "rare" ? number % 97 == 0 : Bool.random() }
      body["tags"] = .array(tags.map(JSON.string))
      let city = Bool.random() ? "Омск \"\(number)\"" : nil
      if let city { body["attributes"] = ["city": .string(city)] }
      let zone = number % 4 == 0 ? nil : Self.zones.randomElement()
      if let zone { body["timezone"] = .string(zone) }
      let created = try await fixture.json(.createCustomer, .object(body))
      guard case .integer(let id) = created["id"] else { continue }
      if number % 11 == 0 {
        _ = try await fixture.call(.deleteCustomer, ["id": .integer(id)])
        continue
      }
      var person = Person(id: id, phone: nil, code: nil, tags: Set(tags), city: city, zone: zone)
      if case .string(let phone) = created["phone"] { person.phone = phone }
      if case .string(let code) = created["phone_code"] { person.code = code }
      people.append(person)
    }
    return people
  }

  func selects(_ filter: AudienceFilter, _ person: Person) -> Bool {
    (filter.tags.isEmpty || !person.tags.isDisjoint(with: filter.tags))
      && (filter.phoneCodes.isEmpty || person.code.map(filter.phoneCodes.contains) == true)
  }

  /// All members, page by page.
  func walk(
    _ fixture: CustomerFixture, _ filter: AudienceFilter, through: Int64, limit: Int, fields: [String] = [],
    zone: String? = nil, withoutZone: Bool = false
  ) async throws -> [AudienceMember] {
    var members: [AudienceMember] = []
    var after: Int64? = 0
    while let start = after {
      let page = try await page(
        fixture, filter, after: start, through: through, limit: limit, fields: fields, zone: zone,
        withoutZone: withoutZone)
      #expect(page.members.count <= limit)
      members += page.members
      if let next = page.next { #expect(next > start) }
      after = page.next
    }
    return members
  }

  private func page(
    _ fixture: CustomerFixture, _ filter: AudienceFilter, after: Int64, through: Int64, limit: Int,
    fields: [String] = [], zone: String? = nil, withoutZone: Bool = false
  ) async throws -> AudiencePage {
    let query = AudiencePageQuery(
      filter: filter, after: after, through: through, limit: limit, fields: fields, timezone: zone,
      withoutTimezone: withoutZone ? true : nil)
    let data = try JSON.parse([UInt8](try JSONEncoder().encode(query)))
    let reply = try await fixture.call(.audiencePage, data)
    return try JSONDecoder().decode(AudiencePage.self, from: Data(reply.body))
  }

  private func count(_ fixture: CustomerFixture, _ filter: AudienceFilter, _ through: Int64?) async throws
    -> AudienceCount
  {
    let data = try JSON.parse([UInt8](try JSONEncoder().encode(AudienceCountQuery(filter: filter, through: through))))
    return try JSONDecoder().decode(
      AudienceCount.self, from: Data(try await fixture.call(.audienceCount, data).body))
  }

  @Test func pagesAndCountsAreThoseOfABruteForceSearch() async throws {
    try await CustomerFixture.with { fixture async throws in
      let people = try await populate(fixture)
      for round in 0..<40 {
        let filter = AudienceFilter(
          tags: (Self.tags + ["unknown"]).filter { _ in round % 4 != 0 && Int.random(in: 0..<3) == 0 },
          phoneCodes: (Self.codes + ["000"]).filter { _ in round % 3 != 0 && Bool.random() })
        let through = try #require(people.randomElement()).id
        let matching = people.filter { $0.id <= through && selects(filter, $0) }
        let expected = matching.filter { $0.phone != nil }
        let members = try await walk(
          fixture, filter, through: through, limit: [1, 7, 64, 1000].randomElement() ?? 1,
          fields: ["city", "first_name"])
        #expect(members.map(\.id) == expected.map(\.id), "\(filter)")
        #expect(members.map(\.phone) == expected.map(\.phone))
        #expect(members.map { $0.fields?["city"] } == expected.map(\.city))
        let count = try await count(fixture, filter, through)
        #expect(count.count == Int64(expected.count))
        #expect(count.unreachable == Int64(matching.count - expected.count))
        #expect(count.highestID == people.last?.id)
      }
      let bounds = try await fixture.json(.audienceBounds, [:])
      #expect(bounds == ["highest_id": .integer(try #require(people.last).id)])
    }
  }

  @Test func onlyTheFieldsAskedForAreHandedOut() async throws {
    try await CustomerFixture.with { fixture async throws in
      _ = try await fixture.call(
        .createCustomer,
        [
          "phone": "79161234567", "first_name": "Ivan", "email": "a@b.cd", "timezone": "UTC",
          "attributes": ["city": "Omsk", "size": "L"],
        ])
      let all = AudienceFilter()
      #expect(try await page(fixture, all, after: 0, through: 99, limit: 10).members.map(\.fields) == [nil])
      let some = try await page(fixture, all, after: 0, through: 99, limit: 10, fields: ["email", "size", "last_name"])
      #expect(some.members.map(\.fields) == [["email": "a@b.cd", "size": "L"]])
      #expect(some.members.map(\.timezone) == ["UTC"])
      #expect(some.next == nil)
    }
  }

  /// Whoever is there from beginning to end is met exactly once, whatever happens around them.
  @Test func pagesStayRightWhileCustomersComeAndGo() async throws {
    try await CustomerFixture.with { fixture async throws in
      let people = try await populate(fixture)
      let filter = AudienceFilter(tags: ["a", "b"])
      let through = try #require(people.last).id
      var expected = people.filter { $0.phone != nil && selects(filter, $0) }.map(\.id)
      var met: [Int64] = []
      var after: Int64? = 0
      while let start = after {
        let page = try await page(fixture, filter, after: start, through: through, limit: 10)
        met += page.members.map(\.id)
        after = page.next
        guard let next = page.next else { break }
        // Somebody behind the cursor goes, somebody before it goes, somebody new comes.
        if let past = met.randomElement() { _ = try? await fixture.call(.deleteCustomer, ["id": .integer(past)]) }
        if let ahead = expected.filter({ $0 > next }).randomElement() {
          _ = try await fixture.call(.deleteCustomer, ["id": .integer(ahead)])
          expected.removeAll { $0 == ahead }
        }
        _ = try await fixture.call(
          .createCustomer, ["phone": .string("4915\(1_000_000 + next)"), "tags": ["a"]])
      }
      #expect(met == expected)
    }
  }

  @Test func membersAreReadAfreshById() async throws {
    try await CustomerFixture.with { fixture async throws in
      let people = try await populate(fixture).prefix(20)
      let query = AudienceMembersQuery(ids: people.map(\.id).reversed() + [999_999], fields: ["city"])
      let data = try JSON.parse([UInt8](try JSONEncoder().encode(query)))
      let reply = try await fixture.call(.audienceMembers, data)
      let page = try JSONDecoder().decode(AudiencePage.self, from: Data(reply.body))
      let expected = people.filter { $0.phone != nil }
      #expect(page.members.map(\.id) == expected.map(\.id))
      #expect(page.members.map { $0.fields?["city"] } == expected.map(\.city))
      #expect(page.next == nil)
    }
  }

  @Test func limitsAreKept() async throws {
    try await CustomerFixture.with { fixture async throws in
      let filter: JSON = ["tags": [], "phone_codes": []]
      for bad in [
        ["filter": filter, "after": 0, "through": 9, "limit": 0, "fields": []],
        ["filter": filter, "after": 0, "through": 9, "limit": 5001, "fields": []],
        ["filter": filter, "after": 0, "through": 9, "limit": 10, "fields": ["no such; name"]],
        [
          "filter": filter, "after": 0, "through": 9, "limit": 10, "fields": [], "timezone": "UTC",
          "without_timezone": true,
        ],
      ] as [JSON] {
        #expect(try await fixture.refusal(.audiencePage, bad) == .invalid)
      }
      #expect(try await fixture.refusal(.audiencePage, ["filter": 7]) == .malformed)
    }
  }
}
