import Contracts
import FoundationEssentials
import Testing

extension CustomerAudienceTests {
  /// The parts of an audience by zone are the whole, whichever index they are read by.
  @Test(arguments: [false, true]) func theZonesOfAnAudience(areManyTagged: Bool) async throws {
    try await CustomerFixture.with { fixture async throws in
      let people = try await populate(fixture)
      if areManyTagged {
        // More customers of one tag than are looked at one by one.
        try await fixture.pool.query(
          """
          with many as (
            insert into customer.customer (email) select 'm' || n from generate_series(1, 6000) n returning id)
          insert into customer.customer_tag (tag_id, customer_id)
          select t.id, many.id from many, customer.tag t where t.name = 'a'
          """)
      }
      let zones = try await fixture.json(.audienceZones, [:])
      #expect(zones == ["timezones": .array(Self.zones.map(JSON.string))])
      let through = try #require(people.last).id
      for filter in [
        AudienceFilter(), AudienceFilter(tags: ["a"]), AudienceFilter(phoneCodes: ["916"]),
        AudienceFilter(tags: ["a", "rare"], phoneCodes: ["900", "999"]),
      ] {
        for zone in Self.zones + [nil] {
          let members = try await walk(
            fixture, filter, through: through, limit: [3, 64].randomElement() ?? 3, zone: zone,
            withoutZone: zone == nil)
          let expected = people.filter { $0.phone != nil && $0.zone == zone && selects(filter, $0) }
          #expect(members.map(\.id) == expected.map(\.id), "\(filter) \(zone ?? "none")")
          #expect(members.allSatisfy { $0.timezone == zone })
        }
      }
    }
  }
}
