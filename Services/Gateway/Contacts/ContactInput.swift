import Contracts
import HTTPServer

/// How a request about contacts becomes an operation's data.
enum ContactInput: Sendable {
  /// `{"email_id": "…"}`
  case id
  /// `{"email_id": "…", "group": "…"}`
  case group(String)
  /// `{"primary_email": "…"}`, which stands in the place of the id.
  case address
  /// `{"body": …}`
  case body
  /// `{"email_id": "…", "<member>": …}`
  case idAndBody(member: String)
  /// `{"filter": {…}}` of the query; of a parameter given several times, the last.
  case query

  var takesBody: Bool {
    switch self {
    case .body, .idAndBody: true
    case .id, .group, .address, .query: false
    }
  }

  func data(_ call: Call) throws -> [UInt8] {
    switch self {
    case .id: return Self.object([("email_id", Self.text(call.path["email_id"]))])
    case .group(let name):
      return Self.object([("email_id", Self.text(call.path["email_id"])), ("group", Self.text(name))])
    case .address: return Self.object([("primary_email", Self.text(call.path["email_id"]))])
    case .body: return Self.object([("body", try Self.json(call))])
    case .idAndBody(let member):
      return Self.object([("email_id", Self.text(call.path["email_id"])), (member, try Self.json(call))])
    case .query:
      var filter: [String: JSON] = [:]
      for (name, value) in call.request.query { filter[name] = .string(value) }
      return JSON.object(["filter": .object(filter)]).bytes
    }
  }

  /// The body as it is; what is no JSON is a fault of a field as any other.
  private static func json(_ call: Call) throws -> [UInt8] {
    do {
      return try call.json()
    } catch {
      throw Problem(
        .invalid, error.detail, errors: [Problem.Field("/body", "JSON decode error", kind: "json_invalid", input: [:])])
    }
  }

  private static func text(_ text: String?) -> [UInt8] { JSON.string(text ?? "").bytes }

  private static func object(_ members: [(name: String, json: [UInt8])]) -> [UInt8] {
    var bytes = [UInt8(ascii: "{")]
    for (index, member) in members.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      bytes.append(string: member.name)
      bytes.append(UInt8(ascii: ":"))
      bytes += member.json
    }
    return bytes + [UInt8(ascii: "}")]
  }
}
