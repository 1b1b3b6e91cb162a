import Contracts
import Foundation
import Messaging
import Testing

@testable import Customer

@Suite struct IntegrationRightsTests {
  private func rights(_ scopes: [String]) throws -> IntegrationRights {
    IntegrationRights(integration: try #require(IntegrationUser(name: "shop")), scopes: scopes)
  }

  private func matches(_ text: String, _ pattern: String) throws -> Bool {
    try Regex(pattern).firstMatch(in: text) != nil
  }

  /// Just the operations that the scopes are for, each under its own key.
  @Test(arguments: Role.admin.scopes) func oneScopeIsForItsOwnOperations(_ scope: String) throws {
    let rights = try rights([scope])
    for operation in Contracts.Operation.all {
      let pattern = operation.isDurable ? rights.commands : rights.queries
      #expect(try matches(operation.routingKey, pattern) == (operation.scope == scope), "\(operation.type)")
      #expect(try !matches(operation.routingKey + "x", pattern))
      #expect(try !matches("x" + operation.routingKey, pattern))
    }
  }

  @Test func dotsAreDots() throws {
    let rights = try rights(["customers:write"])
    #expect(try !matches("customer.customerXcreate.v1", rights.commands))
    #expect(try !matches("mailoutXcommands", rights.write))
  }

  @Test func itsOwnQueuesAndNoOthers() throws {
    let rights = try rights(["mailouts:read"])
    for (name, isOwn) in [
      ("integration.shop.events", true), ("integration.shop2.events", false), ("stats.outcomes.v1", false), ("", false),
      ("mailout.batches", false),
    ] {
      #expect(try matches(name, rights.write) == isOwn)
      #expect(try matches(name, rights.read) == isOwn)
    }
    #expect(try matches("mailout.events", rights.read))
    #expect(try !matches("mailout.events", rights.write))
    #expect(try !matches("mailout.commands", rights.read))
  }

  @Test func newsOfWhatMayBeRead() throws {
    let rights = try rights(["mailouts:read", "customers:write"])
    for (key, mayHear) in [
      ("mailout.#", true), ("mailout.finished.v1", true), ("customer.created.v1", false), ("#", false), ("*.#", false),
      ("provider.#", false), ("mailoutX", false),
    ] {
      #expect(try matches(key, rights.events) == mayHear, "\(key)")
    }
    #expect(try self.rights(["stats:read"]).events == "^$")
    let source = try self.rights(["leads:read"])
    #expect(try matches("lead.answered.v1", source.events), "a lead source hears what came of leads")
    #expect(try !matches("buyer.updated.v1", source.events))
    #expect(try matches("mapping.created.v1", try self.rights(["mappings:read"]).events))
    #expect(try matches("erasure.completed.v1", try self.rights(["personal-data:read"]).events))
  }

  /// A family that nobody thought of is the administrators'.
  @Test func everyFamilyIsSomebodys() throws {
    let everything = try rights(Role.admin.scopes)
    for type in EventType.allCases { #expect(try matches(type.rawValue, everything.events), "\(type)") }
  }
}
