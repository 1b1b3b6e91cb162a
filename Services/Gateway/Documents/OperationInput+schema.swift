import Contracts

extension OperationInput {
  /// The schema of the operation's data, where a request's is known: `body` of its body, `parameters` of its query and
  /// path by their names.
  func schema(body: JSON, parameters: [String: JSON], isVersioned: Bool) -> JSON {
    var target: [String: JSON] = ["id": parameters["id"] ?? ["type": "integer"]]
    if isVersioned {
      target["if_match"] = ["type": "string", "description": "The version that must be the present one."]
    }
    switch self {
    case .nothing: return Self.object([:], required: [])
    case .body, .bodyOrForm: return body
    case .id: return Self.object(target, required: ["id"])
    case .idAnd(let member):
      return Self.object(target.merging([member: parameters[member] ?? [:]]) { $1 }, required: ["id", member])
    case .named(let ids, let filters):
      let members = (ids + filters).map { ($0, parameters[$0] ?? [:]) }
      return Self.object(Dictionary(uniqueKeysWithValues: members), required: ids)
    case .idAndPage:
      return Self.object(
        target.merging(["limit", "after"].map { ($0, parameters[$0] ?? [:]) }) { $1 }, required: ["id"])
    case .idAndBody(let member): return Self.object(target.merging([member: body]) { $1 }, required: ["id", member])
    case .idAndOptionalBody(let member): return Self.object(target.merging([member: body]) { $1 }, required: ["id"])
    case .list(let rule):
      let paging = ["limit", "after", "sort"]
      let filters = Dictionary(
        uniqueKeysWithValues: (rule.single + rule.several).map { ($0, Self.filter(parameters[$0] ?? [:])) })
      var members = Dictionary(uniqueKeysWithValues: paging.map { ($0, parameters[$0] ?? [:]) })
      members["filter"] = Self.object(filters, required: [])
      return Self.object(members, required: [])
    }
  }

  /// The data of an example, from the example of a body.
  func example(body: JSON?) -> JSON? {
    switch self {
    case .nothing: return [:]
    case .body, .bodyOrForm: return body
    case .id: return ["id": 17]
    case .idAnd(let member): return .object(["id": 17, member: 5])
    case .named(let ids, _): return .object(Dictionary(uniqueKeysWithValues: ids.map { ($0, 17) }))
    case .idAndPage: return ["id": 17, "limit": 100]
    case .idAndBody(let member), .idAndOptionalBody(let member):
      return .object(["id": 17].merging(body.map { [member: $0] } ?? [:]) { $1 })
    case .list: return ["limit": 100]
    }
  }

  /// A query has texts only, so a filter's value may be one here too; and one value may stand without its list.
  private static func filter(_ parameter: JSON) -> JSON {
    switch parameter["type"] {
    case "array": ["anyOf": [parameter, parameter["items"] ?? [:]]]
    case "integer": ["anyOf": [parameter, ["type": "string", "pattern": "^[0-9]+$"]]]
    default: parameter
    }
  }

  private static func object(_ properties: [String: JSON], required: [String]) -> JSON {
    var members: [String: JSON] = [
      "type": "object", "properties": .object(properties), "additionalProperties": false,
    ]
    if !required.isEmpty { members["required"] = .array(required.map { .string($0) }) }
    return .object(members)
  }
}
