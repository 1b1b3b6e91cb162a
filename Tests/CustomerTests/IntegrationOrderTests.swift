import Contracts
import Messaging
import Testing

@testable import Customer

@Suite struct IntegrationOrderTests {
  @Test func argumentsAreRead() throws {
    let order = try IntegrationOrder(
      ["--scopes", "mailouts:write  customers:read customers:read", "--name", "shop-2"], needsScopes: true)
    #expect(order.integration.name == "shop-2")
    #expect(order.scopes == ["customers:read", "mailouts:write"])
  }

  @Test func everyMistakeIsToldAtOnce() {
    let error = #expect(throws: CustomerError.self) {
      try IntegrationOrder(["--name", "Shop!", "--scopes", "mailouts:write all", "--loud"], needsScopes: true)
    }
    #expect(error?.code == .usage)
    for word in ["--name", "all is unknown", "--loud"] { #expect(error?.message.contains(word) == true) }
  }

  @Test(arguments: [[], ["--name", "shop"], ["--name", "shop", "--scopes", ""]]) func scopesAreNeeded(
    _ arguments: [String]
  ) {
    #expect(throws: CustomerError.self) { try IntegrationOrder(arguments, needsScopes: true) }
  }

  @Test(arguments: ["", "-a", "a-", "A", "a.b", "a b", "ä", String(repeating: "a", count: 41)])
  func namesThatCannotBe(_ name: String) {
    #expect(IntegrationUser(name: name) == nil)
    #expect(IntegrationUser(user: "integration-\(name)") == nil)
  }

  @Test func usersAreIntegrationsByTheirNames() {
    #expect(IntegrationUser(user: "integration-shop")?.principal == "integration:shop")
    #expect(IntegrationUser(user: "gateway") == nil)
    #expect(IntegrationUser(user: "mailout") == nil)
  }

  @Test func answersGoToItsOwnQueuesOnly() throws {
    let shop = try #require(IntegrationUser(name: "shop"))
    for address in ["amq.rabbitmq.reply-to.g2dkAA", "integration.shop.replies"] { #expect(shop.mayHearAt(address)) }
    for address in ["stats.outcomes.v1", "integration.shop", "integration.shop2.replies", "amq.gen-1", ""] {
      #expect(!shop.mayHearAt(address))
    }
  }
}
