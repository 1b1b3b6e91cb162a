import Contracts
import Testing

@testable import Customer

@Suite struct CustomerCommandsTests {
  private let ivan: JSON = [
    "phone": "+79161234567", "timezone": "Europe/Moscow", "email": "Ivan@example.com", "first_name": "Ivan",
    "attributes": ["city": "Moscow"], "tags": ["vip", "news"],
  ]

  @Test func whatIsCreatedIsRead() async throws {
    try await CustomerFixture.with { fixture async throws in
      let reply = try await fixture.call(.createCustomer, ivan)
      let created = try JSON.parse(reply.body)
      #expect(created["phone"] == "79161234567")
      #expect(created["phone_code"] == "916")
      #expect(created["tags"] == ["news", "vip"])
      let id = try #require(created["id"])
      let read = try await fixture.call(.readCustomer, ["id": id])
      #expect(try JSON.parse(read.body) == created)
      #expect(read.etag == reply.etag)
      #expect(try await fixture.count("select count(*) from customer.event where type = 'customer.created.v1'") == 1)
    }
  }

  @Test func aTakenPhoneIsAConflict() async throws {
    try await CustomerFixture.with { fixture async throws in
      _ = try await fixture.call(.createCustomer, ivan)
      #expect(try await fixture.refusal(.createCustomer, ["phone": "79161234567"]) == .conflict)
      let other = try await fixture.json(.createCustomer, ["phone": "79161234568"])
      let id = try #require(other["id"])
      #expect(
        try await fixture.refusal(.updateCustomer, ["id": id, "changes": ["phone": "79161234567"]]) == .conflict)
      #expect(try await fixture.count("select count(*) from customer.customer") == 2)
    }
  }

  @Test func aRepeatedCreateHasOneEffectAndOneAnswer() async throws {
    try await CustomerFixture.with { fixture async throws in
      let first = try await fixture.call(.createCustomer, ivan, key: "k1")
      let second = try await fixture.call(.createCustomer, ivan, key: "k1")
      #expect(first.body == second.body)
      #expect(first.etag == second.etag)
      #expect(try await fixture.count("select count(*) from customer.customer") == 1)
      await #expect(throws: Problem.self) {
        try await fixture.call(.createCustomer, ["phone": "79161234568"], key: "k1")
      }
    }
  }

  @Test func changesRaiseTheVersionAndStaleOnesAreRefused() async throws {
    try await CustomerFixture.with { fixture async throws in
      let created = try await fixture.call(.createCustomer, ivan)
      let id = try #require(try JSON.parse(created.body)["id"])
      let first = JSON.string(try #require(created.etag))
      let changed = try await fixture.call(
        .updateCustomer,
        ["id": id, "changes": ["last_name": "P", "tags": ["b"], "attributes": ["x": "1"]], "if_match": first])
      let second = JSON.string(try #require(changed.etag))
      #expect(second != first)
      let json = try JSON.parse(changed.body)
      #expect(json["last_name"] == "P")
      #expect(json["first_name"] == "Ivan")
      #expect(json["tags"] == ["b"])
      #expect(json["attributes"] == ["city": "Moscow", "x": "1"])
      #expect(try await fixture.json(.readCustomer, ["id": id]) == json)
      let stale: JSON = ["id": id, "changes": ["last_name": "Q"], "if_match": first]
      #expect(try await fixture.refusal(.updateCustomer, stale) == .stale)
      #expect(try await fixture.refusal(.deleteCustomer, ["id": id, "if_match": first]) == .stale)
      let replaced = try await fixture.json(
        .replaceCustomer, ["id": id, "body": ["email": "a@b.cd"], "if_match": second])
      #expect(replaced["phone"] == .null)
      #expect(replaced["tags"] == [])
      #expect(replaced["attributes"] == [:])
      #expect(replaced["uuid"] == json["uuid"])
      #expect(try await fixture.count("select count(*) from customer.event where type = 'customer.updated.v1'") == 2)
    }
  }

  @Test func faultsAreNamedBelowTheBody() async throws {
    try await CustomerFixture.with { fixture async throws in
      let id = try #require(try await fixture.json(.createCustomer, ivan)["id"])
      let wrong: [(Operation, JSON)] = [
        (.createCustomer, ["phone": "x"]), (.replaceCustomer, ["id": id, "body": ["phone": "x"]]),
        (.updateCustomer, ["id": id, "changes": ["phone": "x"]]),
      ]
      for (operation, data) in wrong {
        let problem = await #expect(throws: Problem.self) { try await fixture.call(operation, data) }
        #expect(problem?.code == .invalid)
        #expect(problem?.errors.map(\.pointer) == ["/phone"])
      }
    }
  }

  @Test func tagsComeAndGo() async throws {
    try await CustomerFixture.with { fixture async throws in
      let id = try #require(try await fixture.json(.createCustomer, ["phone": "79161234567"])["id"])
      let added = try await fixture.json(.addCustomerTag, ["id": id, "body": ["tag": "vip"]])
      #expect(added["tags"] == ["vip"])
      _ = try await fixture.call(.addCustomerTag, ["id": id, "body": ["tag": "vip"]])
      #expect(try await fixture.count("select count(*) from customer.customer_tag") == 1)
      guard case .array(let ids) = added["tag_ids"], let tag = ids.first else {
        Issue.record("no tag_ids")
        return
      }
      #expect(try await fixture.json(.readTag, ["id": tag])["tag"] == "vip")
      let removed = try await fixture.json(.removeCustomerTag, ["id": id, "tag_id": tag])
      #expect(removed["tags"] == [])
      #expect(try await fixture.refusal(.removeCustomerTag, ["id": id, "tag_id": tag]) == .notFound)
      #expect(try await fixture.refusal(.addCustomerTag, ["id": id, "body": ["tag": "a;b"]]) == .invalid)
      #expect(try await fixture.refusal(.addCustomerTag, ["id": id, "body": [:]]) == .invalid)
    }
  }

  @Test func aDeletedCustomerIsGone() async throws {
    try await CustomerFixture.with { fixture async throws in
      let id = try #require(try await fixture.json(.createCustomer, ivan)["id"])
      _ = try await fixture.call(.deleteCustomer, ["id": id])
      #expect(try await fixture.count("select count(*) from customer.customer_tag") == 0)
      let late: [(Operation, JSON)] = [
        (.readCustomer, ["id": id]), (.deleteCustomer, ["id": id]), (.updateCustomer, ["id": id, "changes": [:]]),
        (.replaceCustomer, ["id": id, "body": ["email": "a@b.cd"]]),
        (.addCustomerTag, ["id": id, "body": ["tag": "x"]]),
      ]
      for (operation, data) in late {
        #expect(try await fixture.refusal(operation, data) == .notFound, "\(operation.type)")
      }
      #expect(try await fixture.count("select count(*) from customer.event where type = 'customer.deleted.v1'") == 1)
    }
  }

  @Test func tagsAreListedByNameInPages() async throws {
    try await CustomerFixture.with { fixture async throws in
      let tags = (0..<7).map { "t\($0)" }
      _ = try await fixture.call(
        .createCustomer, ["phone": "79161234567", "tags": .array(tags.reversed().map(JSON.string))])
      var names: [JSON] = []
      var after: JSON = .null
      repeat {
        let page = try await fixture.json(.listTags, ["filter": [:], "limit": 3, "after": after])
        guard case .array(let items) = page["items"] else { break }
        names += items.compactMap { $0["tag"] }
        after = page["next"] ?? .null
      } while after != .null
      #expect(names == tags.map(JSON.string))
    }
  }

  @Test func attributesBecomeKnownFields() async throws {
    try await CustomerFixture.with { fixture async throws in
      _ = try await fixture.call(.createCustomer, ivan)
      guard case .array(let fields) = try await fixture.json(.knownFields, [:])["names"] else {
        Issue.record("no fields")
        return
      }
      #expect(fields.contains("first_name"))
      #expect(fields.contains("city"))
    }
  }
}
