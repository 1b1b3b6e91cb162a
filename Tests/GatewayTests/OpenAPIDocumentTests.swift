import Contracts
import Testing

@testable import Gateway

@Suite struct OpenAPIDocumentTests {
  private let routes = RouteTableTests.routes
  private var document: OpenAPIDocument { OpenAPIDocument(routes: routes, fragments: OpenAPIFragments.all) }

  private func operations(_ document: OpenAPIDocument) -> [(place: String, operation: JSON)] {
    document.json["paths"].members.flatMap { path, methods in
      methods.members.map { ("\($0.key.uppercased()) \(path)", $0.value) }
    }
  }

  /// Every place in the document that refers to another.
  private func references(in value: JSON) -> [String] {
    switch value {
    case .object(let members):
      if case .string(let target)? = members["$ref"] { return [target] }
      return members.values.flatMap(references)
    case .array(let elements): return elements.flatMap(references)
    default: return []
    }
  }

  private func target(of reference: String, in document: JSON) -> JSON? {
    reference.dropFirst(2).split(separator: "/").reduce(document) { value, part in value?[String(part)] }
  }

  @Test func everyRouteHasAnEntryAndEveryEntryARoute() {
    #expect(document.faults == [])
    #expect(operations(document).count == routes.count)
  }

  @Test func tellsWhatIsMissing() {
    let known = Route(.get, "/known", .public) { _ in .text("") }
    let silent = Route(.get, "/silent", .public) { _ in .text("") }
    let fragment = #"{"paths": {"/known": {"get": {"responses": {}}}, "/gone": {"post": {}}}}"#
    let document = OpenAPIDocument(routes: [known, silent], fragments: [("a", Array(fragment.utf8)), ("b", [0x7B])])
    #expect(document.faults.count == 3)
    #expect(document.faults.contains("GET /silent has no entry"))
    #expect(document.faults.contains("POST /gone has an entry and no route"))
    #expect(document.faults.contains { $0.hasPrefix("b: ") })
  }

  @Test func fragmentsMayNotContradictOneAnother() {
    let (one, other) = (#"{"openapi": "3.1.0", "tags": [1]}"#, #"{"openapi": "3.0.0", "tags": [2]}"#)
    let document = OpenAPIDocument(routes: [], fragments: [("one", Array(one.utf8)), ("other", Array(other.utf8))])
    #expect(document.faults == ["other/openapi stands in another fragment too, and differs"])
    #expect(document.json["tags"] == [1, 2])
  }

  @Test func everyReferenceLeadsSomewhere() {
    let document = document.json
    for reference in Set(references(in: document)) {
      #expect(target(of: reference, in: document) != nil, "\(reference)")
    }
  }

  @Test func aSearchHasAPageLikeALists() {
    let search = document.json["components"]?["schemas"]?["Search"]?["properties"]?["limit"]
    let list = document.json["components"]?["parameters"]?["Limit"]?["schema"]
    for name in ["minimum", "maximum", "default"] { #expect(search?[name] == list?[name] && list?[name] != nil) }
    #expect(list?["default"] == .integer(PageLimit.standard))
  }

  @Test func operationsHaveNamesOfTheirOwnAndAGroup() {
    let all = operations(document)
    let names = all.compactMap { $0.operation["operationId"] }
    #expect(names.count == all.count)
    #expect(Set(names.map { String(decoding: $0.bytes, as: UTF8.self) }).count == all.count)
    for (place, operation) in all {
      #expect(operation["summary"] != nil, "\(place)")
      guard case .array(let tags)? = operation["tags"] else {
        Issue.record("\(place) is in no group")
        continue
      }
      #expect(tags.count == 1, "\(place)")
    }
  }

  /// What a route knows stands in its operation: its scope, its failures, its headers.
  @Test func routesAreToldAsTheyAre() {
    for route in routes {
      let place = "\(route.method.rawValue) \(route.pattern)"
      let operation = document.json["paths"]?[route.pattern]?[route.method.rawValue.lowercased()]
      if route.access == .public {
        #expect(operation?["security"] == [], "\(place)")
        continue
      }
      guard case .array(let ways)? = operation?["security"] else {
        Issue.record("\(place) says nothing of credentials")
        continue
      }
      #expect(!ways.isEmpty, "\(place)")
      if case .scope(let scope) = route.access {
        #expect(ways.allSatisfy { $0.description.contains(scope) }, "\(place)")
      }
      let statuses = Set(operation?["responses"].members.keys ?? [:].keys)
      #expect(statuses.isSuperset(of: ["400", "401", "403", "429", "500", "503"]), "\(place)")
      if route.body.types != nil { #expect(statuses.isSuperset(of: ["408", "413", "415"]), "\(place)") }
      let key: JSON = ["$ref": "#/components/parameters/IdempotencyKey"]
      if route.subject?.kind == .command, case .array(let parameters)? = operation?["parameters"] {
        #expect(parameters.contains(key), "\(place)")
      }
    }
  }

  @Test func bodiesAreOfTheTypesThatTheRouteReads() {
    for route in routes {
      let place = "\(route.method.rawValue) \(route.pattern)"
      let body = document.json["paths"]?[route.pattern]?[route.method.rawValue.lowercased()]?["requestBody"]
      let types = Set(body?["content"].members.keys ?? [:].keys)
      // What is read whatever its type is JSON.
      let taken = route.body.types ?? (route.body.limit == nil ? [] : [.json])
      #expect(types == Set(taken.map(\.rawValue)), "\(place)")
    }
  }
}

extension JSON {
  fileprivate var description: String { String(decoding: bytes, as: UTF8.self) }
}
