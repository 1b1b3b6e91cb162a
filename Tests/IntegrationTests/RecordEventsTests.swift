import Contracts
import FoundationEssentials
import Messaging
import Service
import Testing

@testable import Customer

/// Every change of what administrators keep is an event that names the record, and tells nothing else of it.
@Suite struct RecordEventsTests {
  private struct Told: Equatable {
    let type: String
    let data: JSON
    let principal: String?
  }

  private static func told(_ fixture: CustomerFixture) async throws -> [Told] {
    try await fixture.pool.query("select body from customer.event order by id").map { row in
      let body = try row[0, as: [UInt8].self]
      let frame = try EnvelopeFrame.read(body)
      return Told(type: frame.type, data: try JSON.parse(Array(body[frame.data])), principal: frame.principal)
    }
  }

  private static let kinds: [(create: Operation, update: Operation, delete: Operation, order: JSON, changes: JSON)] = [
    (.createAPIKey, .updateAPIKey, .deleteAPIKey, ["name": "shop", "scopes": ["stats:read"]], ["name": "x"]),
    (.createClient, .updateClient, .deleteClient, ["scopes": ["stats:read"]], ["enabled": false]),
    (.createApplication, .updateApplication, .deleteApplication, ["slug": "amc", "name": "AMC"], ["name": "x"]),
    (
      .createOperator, .updateOperator, .deleteOperator,
      ["username": "anna", "role": "viewer", "password": "correct horse battery"], ["role": "operator"]
    ),
    (
      .createContactGroup, .updateContactGroup, .deleteContactGroup,
      ["name": "shoes", "fields": [["name": "size", "type": "integer"]]],
      ["fields": [["name": "size", "type": "string"]]]
    ),
  ]

  @Test(arguments: zip(["api-key", "client", "application", "operator", "contact-group"], kinds.indices))
  func eachIsTold(_ family: String, _ index: Int) async throws {
    let kind = Self.kinds[index]
    try await CustomerFixture.with { fixture async throws in
      let id = try #require(try await fixture.json(kind.create, kind.order)["id"])
      _ = try await fixture.json(kind.update, ["id": id, "changes": kind.changes])
      _ = try await fixture.json(kind.delete, ["id": id])
      let expected = zip(["created", "updated", "deleted"], [1, 2, 3] as [JSON]).map { what, revision in
        Told(type: "\(family).\(what).v1", data: ["id": id, "revision": revision], principal: "operator:test")
      }
      #expect(try await Self.told(fixture) == expected)
      #expect(try await fixture.refusal(kind.delete, ["id": id]) == .notFound)
      #expect(try await Self.told(fixture).count == 3, "what is refused is no event")
    }
  }

  @Test func anotherSecretIsAChangeAndNoEventHasIt() async throws {
    try await CustomerFixture.with { fixture async throws in
      let id = try #require(try await fixture.json(.createClient, ["scopes": ["stats:read"]])["id"])
      _ = try await fixture.json(.renewClientSecret, ["id": id])
      #expect(try await Self.told(fixture).last?.type == "client.updated.v1")
      #expect(try await Self.told(fixture).last?.data == ["id": id, "revision": 2])
    }
  }

  @Test func whatTheShellMakesOfAnOperatorIsTold() async throws {
    try await CustomerFixture.with { fixture async throws in
      for _ in 0..<2 {
        var settings = Settings(["MAILOUT_OPERATOR_PASSWORD": "pass word"])
        let order = try OperatorOrder(["--username", "root", "--role", "admin"], &settings)
        _ = try await order.carryOut(on: OperatorStore(pool: fixture.pool), cost: .minimum)
      }
      let told = try await Self.told(fixture)
      #expect(told.map(\.type) == ["operator.created.v1", "operator.updated.v1"])
      #expect(told.map { $0.data["revision"] } == [1, 2] && told.allSatisfy { $0.principal == "shell" })
    }
  }

  @Test func aMappingIsTold() async throws {
    try await CustomerFixture.with { fixture async throws in
      _ = try await fixture.call(.createApplication, ["slug": "amc", "name": "AMC"])
      let customer = try await fixture.json(.customerOfDomain, ["domain": "a.example"])["customer"]?["uuid"]
      let mapping: JSON = ["customer": customer ?? .null, "app": "amc", "customer_app_id": "anna@a.example"]
      _ = try await fixture.call(.createMapping, mapping)
      #expect(try await fixture.refusal(.createMapping, mapping) == .invalid)
      let told = try await Self.told(fixture)
      #expect(told.map(\.type) == ["application.created.v1", "customer.created.v1", "mapping.created.v1"])
      #expect(told.last?.data == ["id": 1, "revision": 1, "customer_id": told[1].data["id"] ?? .null])
      #expect(told.last?.principal == "operator:test")
    }
  }
}
