import Contracts
import FoundationEssentials
import Postgres
import Testing

@testable import Customer

/// Who opts out is outside every audience, and whoever must know hears of it in the transaction that says so.
@Suite struct ConsentTests {
  private func news(_ fixture: CustomerFixture) async throws -> [ConsentChange] {
    try await fixture.pool.query("select body from customer.control order by id").flatMap {
      try Envelope<ConsentNews>.decode(try $0[0, as: [UInt8].self]).data.changes
    }
  }

  private func events(_ fixture: CustomerFixture) async throws -> [String] {
    try await fixture.pool.query("select type from customer.event order by id").map { try $0[0, as: String.self] }
  }

  private func snapshot(_ fixture: CustomerFixture) async throws -> ConsentSnapshot {
    let reply = try await fixture.call(.consentSnapshot, [:])
    return try JSONDecoder().decode(ConsentSnapshot.self, from: Data(reply.body))
  }

  private func create(_ fixture: CustomerFixture, _ more: [String: JSON] = [:]) async throws -> Int64 {
    let phone = "7916\(Int.random(in: 1_000_000...9_999_999))"
    let created = try await fixture.json(
      .createCustomer, .object(more.merging(["phone": .string(phone)]) { first, _ in first }))
    guard case .integer(let id) = created["id"] else { throw Problem(.internal, "no id") }
    return id
  }

  @Test func anOptOutIsAFactThatSendersHearOf() async throws {
    try await CustomerFixture.with { fixture async throws in
      let id = try await create(fixture)
      #expect(try await fixture.json(.readCustomer, ["id": .integer(id)])["opted_out"] == false)
      let changed = try await fixture.json(
        .updateCustomer, ["id": .integer(id), "changes": ["opted_out": true]])
      #expect(changed["opted_out"] == true)
      _ = try await fixture.call(.updateCustomer, ["id": .integer(id), "changes": ["first_name": "Anna"]])
      _ = try await fixture.call(.updateCustomer, ["id": .integer(id), "changes": ["opted_out": false]])
      _ = try await fixture.call(.deleteCustomer, ["id": .integer(id)])

      let told = try await news(fixture)
      #expect(told.map(\.state) == [.optedOut, .optedIn, .deleted])
      #expect(told.map(\.revision) == [2, 4, 5])
      #expect(Set(told.map(\.customerID)) == [id])
      #expect(
        try await events(fixture) == [
          "customer.created.v1", "customer.updated.v1", "customer.opted-out.v1", "customer.updated.v1",
          "customer.updated.v1", "customer.opted-in.v1", "customer.deleted.v1",
        ])
      #expect(try await snapshot(fixture).changes == [try #require(told.last)])
    }
  }

  @Test func whoIsCreatedOptedOutIsToldToo() async throws {
    try await CustomerFixture.with { fixture async throws in
      let id = try await create(fixture, ["opted_out": true])
      #expect(try await news(fixture).map(\.customerID) == [id])
      #expect(try await fixture.json(.readCustomer, ["id": .integer(id)])["opted_out"] == true)
    }
  }

  @Test func replacingACustomerDoesNotOptThemIn() async throws {
    try await CustomerFixture.with { fixture async throws in
      let id = try await create(fixture, ["opted_out": true])
      let body: JSON = ["phone": "79990000001"]
      let replaced = try await fixture.json(.replaceCustomer, ["id": .integer(id), "body": body])
      #expect(replaced["opted_out"] == true)
      let explicit: JSON = ["phone": "79990000001", "opted_out": false]
      #expect(
        try await fixture.json(.replaceCustomer, ["id": .integer(id), "body": explicit])["opted_out"] == false)
      let wrong: JSON = ["id": .integer(id), "body": ["opted_out": "no"]]
      #expect(try await fixture.refusal(.replaceCustomer, wrong) == .invalid)
    }
  }

  /// Nothing is told of what did not happen.
  @Test func whatIsRefusedTellsNothing() async throws {
    try await CustomerFixture.with { fixture async throws in
      let id = try await create(fixture)
      let stale: JSON = ["id": .integer(id), "if_match": "9", "changes": ["opted_out": true]]
      #expect(try await fixture.refusal(.updateCustomer, stale) == .stale)
      #expect(try await fixture.refusal(.deleteCustomer, ["id": 999]) == .notFound)
      #expect(try await news(fixture).isEmpty)
      #expect(try await snapshot(fixture).changes.isEmpty)
    }
  }

  @Test func theAudienceLeavesThemOutAndCountsThem() async throws {
    try await CustomerFixture.with { fixture async throws in
      let wanted = try await create(fixture, ["tags": ["a"], "timezone": "UTC"])
      let out = try await create(fixture, ["tags": ["a"], "timezone": "UTC", "opted_out": true])
      _ = try await fixture.call(.createCustomer, ["email": "x@example.com", "tags": ["a"]])
      let filters = [AudienceFilter(), AudienceFilter(tags: ["a"]), AudienceFilter(phoneCodes: ["916"])]
      for (filter, timezone) in filters.flatMap({ [($0, nil), ($0, "UTC")] as [(AudienceFilter, String?)] }) {
        let query = AudiencePageQuery(
          filter: filter, after: 0, through: 99, limit: 10, fields: ["first_name"], timezone: timezone)
        let page = try await ask(fixture, .audiencePage, query)
        #expect(page.members.map(\.id) == [wanted], "\(filter) \(timezone ?? "")")
        #expect(page.optedOut == nil)
        #expect(page.asOf > 0)
      }
      let members = try await ask(
        fixture, .audienceMembers, AudienceMembersQuery(ids: [wanted, out, 12345], fields: ["first_name"]))
      #expect(members.members.map(\.id) == [wanted])
      #expect(members.optedOut == [out])
      let reply = try await fixture.call(
        .audienceCount, try json(AudienceCountQuery(filter: AudienceFilter(tags: ["a"]))))
      let count = try JSONDecoder().decode(AudienceCount.self, from: Data(reply.body))
      #expect((count.count, count.unreachable, count.optedOut) == (1, 1, 1))
    }
  }

  /// A snapshot says from when on it is whole; what is older is forgotten.
  @Test func aSnapshotIsWholeSinceItsInstant() async throws {
    try await CustomerFixture.with { fixture async throws in
      let store = ConsentStore()
      var ids: [Int64] = []
      for _ in 0..<4 { ids.append(try await create(fixture, ["opted_out": true])) }
      try await fixture.pool.query(
        "update customer.consent_change set at = now() - interval '2 days' where customer_id = \(ids[0])")
      let margin = ConsentStore.margin.microseconds
      let all = try await store.snapshot(on: fixture.pool)
      #expect(Set(all.changes.map(\.customerID)) == Set(ids))
      #expect(all.since < Timestamp.microseconds(.now) - 80_000_000_000)
      try await store.purge(on: fixture.pool)
      let kept = try await store.snapshot(on: fixture.pool)
      #expect(Set(kept.changes.map(\.customerID)) == Set(ids.dropFirst()))
      // The last ones, whole only since the first of them.
      let last = try await store.snapshot(limit: 2, on: fixture.pool)
      #expect(Set(last.changes.map(\.customerID)) == Set(ids.suffix(2)))
      #expect(last.since == (last.changes.map(\.at).min() ?? 0) + margin)
    }
  }

  private func json(_ value: some Encodable) throws -> JSON { try JSON.parse([UInt8](try JSONEncoder().encode(value))) }

  private func ask(
    _ fixture: CustomerFixture, _ operation: Contracts.Operation, _ query: some Encodable
  ) async throws -> AudiencePage {
    let bytes = try await fixture.call(operation, try json(query)).body
    let page = try AudiencePage(bytes: bytes)
    #expect(try JSONDecoder().decode(AudiencePage.self, from: Data(bytes)) == page)
    return page
  }
}
