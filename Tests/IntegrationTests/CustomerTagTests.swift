import Contracts
import Testing

@testable import Customer

/// What becomes of customers when their tags change.
@Suite struct CustomerTagTests {
  private func customer(_ fixture: CustomerFixture, _ tags: JSON) async throws -> JSON {
    try await fixture.json(.createCustomer, ["phone": "79161234567", "tags": tags])
  }

  private func audience(_ fixture: CustomerFixture, _ tag: String) async throws -> JSON? {
    try await fixture.json(.audienceCount, ["filter": ["tags": [.string(tag)], "phone_codes": []]])["count"]
  }

  @Test func aRenamedTagIsRenamedForAll() async throws {
    try await CustomerFixture.with { fixture async throws in
      let created = try await fixture.call(.createCustomer, ["phone": "79161234567", "tags": ["new", "vip"]])
      let anna = try JSON.parse(created.body)
      let tag = try #require(try await fixture.json(.createTag, ["tag": "vip"])["id"])
      _ = try await fixture.call(.replaceTag, ["id": tag, "body": ["tag": "gold"]])
      let id = try #require(anna["id"])
      let read = try await fixture.call(.readCustomer, ["id": id])
      #expect(try JSON.parse(read.body)["tags"] == ["gold", "new"])
      #expect(read.etag != created.etag, "who knew the customer with the old name must read it again")
      let etag = try #require(created.etag)
      #expect(
        try await fixture.refusal(
          .replaceCustomer, ["id": id, "if_match": .string(etag), "body": ["email": "a@b.cd"]]) == .stale)
      let fresh = try #require(read.etag)
      #expect(
        try await fixture.refusal(
          .updateCustomer, ["id": id, "if_match": .string(fresh), "changes": ["first_name": "A"]]) == nil)
    }
  }

  /// Mailouts name their tags: who waits with the old name must not lose its customers.
  @Test func aFormerNameFindsTheTagUntilAnotherTakesIt() async throws {
    try await CustomerFixture.with { fixture async throws in
      _ = try await customer(fixture, ["vip"])
      let tag = try #require(try await fixture.json(.createTag, ["tag": "vip"])["id"])
      _ = try await fixture.call(.replaceTag, ["id": tag, "body": ["tag": "gold"]])
      _ = try await fixture.call(.replaceTag, ["id": tag, "body": ["tag": "platinum"]])
      for name in ["vip", "gold", "platinum"] {
        #expect(try await audience(fixture, name) == 1, "\(name)")
        let page = try await fixture.json(
          .audiencePage,
          [
            "filter": ["tags": [.string(name)], "phone_codes": []], "fields": [], "after": 0,
            "through": 1000, "limit": 10,
          ])
        guard case .array(let members) = page["members"] else {
          Issue.record("no members")
          return
        }
        #expect(members.count == 1, "\(name)")
        let list = try await fixture.json(.listCustomers, ["filter": ["tag": [.string(name)], "phone_code": "916"]])
        guard case .array(let items) = list["items"] else {
          Issue.record("no items")
          return
        }
        #expect(items.count == 1, "\(name)")
      }
      _ = try await fixture.call(.createCustomer, ["phone": "79161234568", "tags": ["vip"]])
      #expect(try await audience(fixture, "vip") == 1, "the new tag's")
      #expect(try await audience(fixture, "gold") == 1)
      _ = try await fixture.call(.createTag, ["tag": "gold"])
      #expect(try await audience(fixture, "gold") == 0)
      _ = try await fixture.call(.replaceTag, ["id": tag, "body": ["tag": "silver"]])
      #expect(try await audience(fixture, "platinum") == 1)
      #expect(try await fixture.count("select count(*) from customer.tag_former_name") == 1)
    }
  }

  @Test func aDeletedTagIsTakenFromAll() async throws {
    try await CustomerFixture.with { fixture async throws in
      let created = try await fixture.call(.createCustomer, ["phone": "79161234567", "tags": ["new", "vip"]])
      let id = try #require(try JSON.parse(created.body)["id"])
      let tag = try #require(try await fixture.json(.createTag, ["tag": "vip"])["id"])
      _ = try await fixture.call(.replaceTag, ["id": tag, "body": ["tag": "gold"]])
      _ = try await fixture.call(.deleteTag, ["id": tag])
      let read = try await fixture.call(.readCustomer, ["id": id])
      #expect(try JSON.parse(read.body)["tags"] == ["new"])
      #expect(read.etag != created.etag)
      #expect(try await audience(fixture, "vip") == 0)
      #expect(try await fixture.count("select count(*) from customer.tag_former_name") == 0)
    }
  }

  @Test func aTagIsGivenByNameOrByID() async throws {
    try await CustomerFixture.with { fixture async throws in
      let id = try #require(try await customer(fixture, [])["id"])
      let tag = try #require(try await fixture.json(.createTag, ["tag": "vip"])["id"])
      let given = try await fixture.json(.addCustomerTag, ["id": id, "body": ["tag_id": tag]])
      #expect(given["tags"] == ["vip"])
      #expect(given["tag_ids"] == [tag])
      #expect(try await fixture.refusal(.addCustomerTag, ["id": id, "body": ["tag_id": 9999]]) == .invalid)
      for body in [[:], ["tag": "a", "tag_id": tag], ["tag_id": "1"], ["tag_id": 0]] as [JSON] {
        #expect(try await fixture.refusal(.addCustomerTag, ["id": id, "body": body]) == .invalid)
      }
    }
  }
}
