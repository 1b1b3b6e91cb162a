import Contracts
import Foundation
import Testing

@testable import Customer
@testable import Messaging

/// Customers by domain, and who they are in other applications.
struct CustomerMappingTests {
  private static func application(_ fixture: CustomerFixture, _ slug: String) async throws {
    _ = try await fixture.call(.createApplication, ["slug": .string(slug), "name": "An application"])
  }

  private static func customer(_ fixture: CustomerFixture, _ domain: String) async throws -> JSON {
    let reply = try await fixture.json(.customerOfDomain, ["domain": .string(domain)])
    return try #require(reply["customer"]?["uuid"])
  }

  private static func faults(_ fixture: CustomerFixture, _ mapping: JSON) async throws -> [String] {
    do {
      _ = try await fixture.call(.createMapping, mapping)
      return []
    } catch let problem as Problem {
      return problem.errors.map(\.pointer)
    }
  }

  @Test func aDomainIsOneCustomer() async throws {
    try await CustomerFixture.with { fixture in
      let first = try await fixture.json(.customerOfDomain, ["domain": "Example.com"])
      #expect(first["created"] == true && first["customer"]?["domain"] == "example.com")
      let again = try await fixture.json(.customerOfDomain, ["domain": "example.com."])
      #expect(again == ["created": false, "customer": first["customer"] ?? .null])
      #expect(try await fixture.count("select count(*) from customer.event where type = 'customer.created.v1'") == 1)
      #expect(try await fixture.refusal(.customerOfDomain, ["domain": "a b"]) == .invalid)
      #expect(try await fixture.refusal(.customerOfDomain, [:]) == .invalid)
    }
  }

  @Test func ofManyAtOnceOneMakesTheCustomer() async throws {
    try await CustomerFixture.with { fixture in
      let uuids = try await withThrowingTaskGroup(of: JSON.self) { group in
        for _ in 0..<20 { group.addTask { try await Self.customer(fixture, "busy.example") } }
        return try await group.reduce(into: [JSON]()) { $0.append($1) }
      }
      #expect(uuids.allSatisfy { $0 == uuids.first })
      #expect(try await fixture.count("select count(*) from customer.customer") == 1)
    }
  }

  @Test func aMappingIsFoundByBothItsEnds() async throws {
    try await CustomerFixture.with { fixture in
      try await Self.application(fixture, "amc")
      try await Self.application(fixture, "edx")
      let uuid = try await Self.customer(fixture, "a.example")
      let mapping: JSON = ["customer": uuid, "app": "edx", "customer_app_id": "jazzar"]
      #expect(try await fixture.json(.createMapping, mapping) == mapping)
      _ = try await fixture.call(.createMapping, ["customer": uuid, "app": "amc", "customer_app_id": 17])
      let asked: JSON = ["app": "edx", "customer_app_id": "jazzar"]
      #expect(try await fixture.json(.findMapping, asked) == ["uuid": uuid, "domain": "a.example"])
      #expect(
        try await fixture.json(.listMappings, ["customer": uuid])["mappings"] == [
          ["app": "amc", "domain": "a.example", "customer_app_id": "17"],
          ["app": "edx", "domain": "a.example", "customer_app_id": "jazzar"],
        ])
      #expect(try await fixture.refusal(.findMapping, ["app": "amc", "customer_app_id": "jazzar"]) == .notFound)
      #expect(
        try await fixture.json(.listMappings, ["customer": .string(UUID().uuidString)])["mappings"] == [])
      #expect(try await fixture.refusal(.listMappings, ["customer": "x"]) == .invalid)
    }
  }

  @Test func eachPairIsThereOnce() async throws {
    try await CustomerFixture.with { fixture in
      try await Self.application(fixture, "amc")
      let (one, two) = (
        try await Self.customer(fixture, "one.example"), try await Self.customer(fixture, "two.example")
      )
      func faults(_ customer: JSON, _ app: JSON, _ id: JSON) async throws -> [String] {
        try await Self.faults(fixture, ["customer": customer, "app": app, "customer_app_id": id])
      }
      #expect(try await faults(one, "amc", "x") == [])
      #expect(try await faults(one, "amc", "y") == ["/non_field_errors"])
      #expect(try await faults(two, "amc", "x") == ["/non_field_errors"])
      #expect(try await faults(.string(UUID().uuidString), "nothing", "x") == ["/customer", "/app"])
      #expect(try await faults("x", "", .null) == ["/customer", "/app", "/customer_app_id"])
      #expect(try await faults(two, "amc", "y") == [])
    }
  }

  @Test func anApplicationInUseStaysAndACustomersMappingsGoAlong() async throws {
    try await CustomerFixture.with { fixture in
      let made = try await fixture.json(.createApplication, ["slug": "amc", "name": "An application"])
      let id = try #require(made["id"])
      let uuid = try await Self.customer(fixture, "a.example")
      _ = try await fixture.call(.createMapping, ["customer": uuid, "app": "amc", "customer_app_id": "x"])
      #expect(try await fixture.refusal(.deleteApplication, ["id": id]) == .conflict)
      let customer = try await fixture.count("select id from customer.customer")
      _ = try await fixture.call(.deleteCustomer, ["id": .integer(customer)])
      #expect(try await fixture.count("select count(*) from customer.mapping") == 0)
      _ = try await fixture.call(.deleteApplication, ["id": id])
    }
  }
}
