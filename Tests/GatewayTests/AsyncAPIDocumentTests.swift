import Contracts
import Testing

@testable import Gateway

@Suite struct AsyncAPIDocumentTests {
  private static let document = AsyncAPIDocument(
    routes: RouteTableTests.routes,
    openAPI: OpenAPIDocument(routes: RouteTableTests.routes, fragments: OpenAPIFragments.all).json)

  /// Places that others refer to, and those that refer.
  private func references(in value: JSON) -> [String] {
    switch value {
    case .object(let members):
      if case .string(let target)? = members["$ref"] { return [target] }
      return members.values.flatMap(references)
    case .array(let elements): return elements.flatMap(references)
    default: return []
    }
  }

  @Test func everyOperationThatProgramsMayAskForIsDescribed() {
    #expect(Self.document.faults == [])
    let described = Set(Self.document.json["operations"].members.keys)
    let asked = Set(Operation.all).subtracting(RouteTableTests.internals).map(\.type)
    #expect(described == Set((asked + EventType.allCases.map(\.rawValue)).map(AsyncAPIDocument.key)))
  }

  @Test func operationsStandOnTheirExchangesUnderTheirKeys() {
    for operation in Set(Operation.all).subtracting(RouteTableTests.internals) {
      let channel = Self.document.json["channels"]?[AsyncAPIDocument.key(operation.type)]
      #expect(channel?["address"] == .string(operation.routingKey))
      let exchange = operation.isDurable ? Topology.commands : Topology.queries
      #expect(channel?["bindings"]?["amqp"]?["exchange"]?["name"] == .string(exchange.name))
      #expect(Self.document.json["operations"]?[AsyncAPIDocument.key(operation.type)]?["action"] == "receive")
    }
    for event in EventType.allCases {
      let channel = Self.document.json["channels"]?[AsyncAPIDocument.key(event.rawValue)]
      #expect(channel?["bindings"]?["amqp"]?["exchange"]?["name"] == .string(Topology.events.name))
      #expect(Self.document.json["operations"]?[AsyncAPIDocument.key(event.rawValue)]?["action"] == "send")
    }
  }

  @Test func everyReferenceLeadsSomewhere() {
    for reference in Set(references(in: Self.document.json)) {
      let target = reference.dropFirst(2).split(separator: "/").reduce(Self.document.json) { $0?[String($1)] }
      #expect(target != nil, "\(reference)")
    }
  }

  /// An operation is described once, however many routes lead to it.
  @Test func whatEveryRouteAsksIsDescribed() {
    for route in RouteTableTests.routes {
      guard let operation = route.subject, let input = route.input else { continue }
      let message = Self.document.json["components"]?["messages"]?[AsyncAPIDocument.key(operation.type)]
      guard case .array(let parts)? = message?["payload"]?["allOf"],
        let described = parts.last?["properties"]?["data"]?["properties"]?.members
      else { continue }
      let asked = input.schema(body: [:], parameters: [:], isVersioned: false)["properties"].members
      #expect(asked.keys.allSatisfy { described[$0] != nil }, "\(route.method.rawValue) \(route.pattern)")
    }
  }

  @Test func everyKindOfProblemIsNamed() {
    let codes = Self.document.json["components"]?["schemas"]?["OperationProblem"]?["properties"]?["code"]?["enum"]
    #expect(codes == .array(Problem.Code.allCases.map { .string($0.rawValue) }))
  }
}
