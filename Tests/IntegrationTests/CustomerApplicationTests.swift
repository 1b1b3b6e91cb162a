import Contracts
import Testing

@testable import Customer

@Suite struct CustomerApplicationTests {
  @Test func areMadeChangedAndRemoved() async throws {
    try await CustomerFixture.with { fixture async throws in
      let made = try await fixture.json(.createApplication, ["slug": "shop_1", "name": "Shop"])
      let id = made["id"] ?? .null
      #expect(try await fixture.refusal(.createApplication, ["slug": "shop_1", "name": "Other"]) == .conflict)
      for bad in ["Shop", "sh op", "ä", ""] {
        #expect(try await fixture.refusal(.createApplication, ["slug": .string(bad), "name": "x"]) == .invalid)
      }
      _ = try await fixture.json(.createApplication, ["slug": "crm", "name": "CRM"])
      #expect(try await fixture.refusal(.updateApplication, ["id": id, "changes": ["slug": "crm"]]) == .conflict)
      let changed = try await fixture.json(.updateApplication, ["id": id, "changes": ["name": "The shop"]])
      #expect(changed["name"] == "The shop")
      #expect(changed["slug"] == "shop_1")
      _ = try await fixture.call(.deleteApplication, ["id": id])
      #expect(try await fixture.refusal(.readApplication, ["id": id]) == .notFound)
    }
  }

  @Test func thePredefinedOnesAreMadeOnce() async throws {
    try await CustomerFixture.with { fixture async throws in
      #expect(try await ApplicationStore().seed(ApplicationDraft.predefined, on: fixture.pool) == 2)
      #expect(try await ApplicationStore().seed(ApplicationDraft.predefined, on: fixture.pool) == 0)
      let list = try await fixture.json(.listApplications, [:])
      guard case .array(let items)? = list["items"] else { throw Problem(.internal, "no list") }
      #expect(items.map { $0["slug"] } == ["amc", "edx"])
    }
  }
}
