import Contracts
import HTTPServer

/// How a request becomes an operation's data.
enum OperationInput: Sendable {
  /// `{}`
  case nothing
  /// `{"id": n}`; with the caller's version where it is about to change.
  case id
  /// The body as it is.
  case body
  /// The body as it is, or a form's fields as an object of strings; `integers` are those that are whole numbers.
  case bodyOrForm(integers: Set<String>)
  /// `{"id": n, "<member>": <the body>}`
  case idAndBody(member: String)
  /// `{"id": n, "<member>": <the body>}`, with `{}` for a body that was left out.
  case idAndOptionalBody(member: String)
  /// `{"id": n, "<member>": m}`, both from the path.
  case idAnd(String)
  /// `{"<member>": n, "<filter>": value, …}`: ids from the path, and what the query may say.
  case named(ids: [String], filters: [String])
  /// `{"id": n, "limit": …, "after": …}`
  case idAndPage
  /// The query's filters, limit and cursor.
  case list(ListRule)

  /// The data as JSON.
  func data(_ call: Call) throws -> [UInt8] {
    switch self {
    case .list(let rule): return try rule.data(call.request.query)
    case .named(let ids, let filters): return try Self.named(call, ids, filters)
    case .idAndPage: return try ListRule().data(call.request.query, ["id": .integer(try call.id())])
    default: break
    }
    var reader = QueryReader(call.request.query)
    try reader.finish()
    switch self {
    case .nothing, .list, .named, .idAndPage:
      return Array("{}".utf8)
    case .body:
      return try call.json()
    case .bodyOrForm(let integers):
      guard MediaType(header: call.request.headers["Content-Type"]) == .form else { return try call.json() }
      return try FormFields(call.request.body.buffered ?? []).json(integers: integers).bytes
    case .id:
      return try Self.object(call) { _ in }
    case .idAnd(let member):
      let other = try call.id(member)
      return try Self.object(call) { $0 += ",\"\(member)\":\(other)".utf8 }
    case .idAndBody(let member), .idAndOptionalBody(let member):
      let body = isBodyOptional && (call.request.body.buffered ?? []).isEmpty ? Array("{}".utf8) : try call.json()
      return try Self.object(call) { data in
        data.reserveCapacity(body.count + 64)
        data += ",\"\(member)\":".utf8
        data += body
      }
    }
  }

  var isBodyOptional: Bool {
    if case .idAndOptionalBody = self { true } else { false }
  }

  /// Whether the data names one thing, by the path's id.
  var hasTarget: Bool {
    switch self {
    case .id, .idAndBody, .idAndOptionalBody, .idAnd: true
    case .nothing, .body, .bodyOrForm, .named, .list, .idAndPage: false
    }
  }

  var takesBody: Bool {
    switch self {
    case .body, .bodyOrForm, .idAndBody, .idAndOptionalBody: true
    case .nothing, .id, .idAnd, .named, .list, .idAndPage: false
    }
  }

  /// The types of bodies it takes.
  func mediaTypes(_ method: HTTPMethod) -> [MediaType] {
    if case .bodyOrForm = self { return [.json, .form] }
    return method == .patch ? [.json, .mergePatch] : [.json]
  }

  private static func named(_ call: Call, _ ids: [String], _ filters: [String]) throws -> [UInt8] {
    var members: [String: JSON] = [:]
    for name in ids { members[name] = .integer(try call.id(name)) }
    var reader = QueryReader(call.request.query)
    for name in filters { members[name] = reader.one(name).map(JSON.string) }
    try reader.finish()
    return JSON.object(members).bytes
  }

  private static func object(_ call: Call, _ more: (inout [UInt8]) -> Void) throws -> [UInt8] {
    var data = Array("{\"id\":\(try call.id())".utf8)
    if !call.isRead, let version = try EntityTag.required(call.request.headers) {
      data += ",\"if_match\":".utf8
      data.append(string: version)
    }
    more(&data)
    data.append(UInt8(ascii: "}"))
    return data
  }
}
