import Contracts
import HTTPServer

/// `/openapi.json` (OpenAPI 3.1): what the fragments say of each operation, merged with what the routes know.
struct OpenAPIDocument: Sendable {
  private(set) var json: JSON = [:]
  /// Where routes and fragments do not agree; a test holds that there are none.
  private(set) var faults: [String] = []

  /// - Parameter fragments: partial documents; a later one adds to the earlier.
  init(routes: [Route], fragments: [(name: String, bytes: [UInt8])]) {
    var whole: [String: JSON] = [:]
    for fragment in fragments {
      do throws(Problem) {
        guard case .object(let members) = try JSON.parse(fragment.bytes) else {
          throw Problem(.malformed, "it is no object")
        }
        Self.merge(members, into: &whole, at: fragment.name, &faults)
      } catch {
        faults.append("\(fragment.name): \(error.detail)")
      }
    }
    let described = whole["paths"].members
    var paths: [String: [String: JSON]] = [:]
    for route in routes {
      let method = route.method.rawValue.lowercased()
      guard case .object(let entry)? = described[route.pattern]?[method] else {
        faults.append("\(route.method.rawValue) \(route.pattern) has no entry")
        continue
      }
      let operation = OpenAPIOperation(route: route, entry: entry, schemes: whole["components"]?["securitySchemes"])
      paths[route.pattern, default: [:]][method] = operation.json
    }
    for (pattern, entry) in described {
      for method in entry.members.keys where paths[pattern]?[method] == nil {
        faults.append("\(method.uppercased()) \(pattern) has an entry and no route")
      }
    }
    whole["paths"] = .object(paths.mapValues { .object($0) })
    var components = whole["components"].members
    components["responses"] = .object(
      components["responses"].members.merging(OpenAPIResponses.all(of: routes)) { written, _ in written })
    whole["components"] = .object(components)
    json = .object(whole)
  }

  /// As it is served.
  var file: StaticFile { StaticFile(json.bytes, type: MediaType.json.rawValue, caching: "no-cache") }

  /// Objects are merged member by member, lists follow one another; a plain value may stand in one fragment only.
  private static func merge(
    _ members: [String: JSON], into whole: inout [String: JSON], at place: String, _ faults: inout [String]
  ) {
    for (name, value) in members {
      switch (whole[name], value) {
      case (nil, _):
        whole[name] = value
      case (.object(var present)?, .object(let more)):
        merge(more, into: &present, at: "\(place)/\(name)", &faults)
        whole[name] = .object(present)
      case (.array(let present)?, .array(let more)):
        whole[name] = .array(present + more)
      case (let present?, _):
        if present != value { faults.append("\(place)/\(name) stands in another fragment too, and differs") }
      }
    }
  }
}

extension JSON {
  /// The members of an object; none of anything else.
  var members: [String: JSON] {
    guard case .object(let members) = self else { return [:] }
    return members
  }
}

extension JSON? {
  /// As of a value, and none where there is no value.
  var members: [String: JSON] { self?.members ?? [:] }
}
