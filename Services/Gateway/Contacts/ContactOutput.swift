import Contracts
import HTTPServer
import Messaging

/// How the reply of an operation on contacts becomes an answer.
enum ContactOutput: Sendable {
  /// What oddities of a contact, though no faults, are told in.
  static let warningHeader = "X-Mailout-Warning"

  /// 200 and the reply as it is.
  case value
  /// 200 and the list in it.
  case items
  /// The contact in it, with this status.
  case contact(status: Int)
  /// The contact in it and where it is: 201, or 200 where it was there already.
  case created
  /// A page of changed contacts, and where the next one is.
  case updates

  func response(_ reply: OperationReply, to call: Call) throws -> HTTPResponse {
    if case .value = self { return .json(reply.body) }
    let json = try JSON.parse(reply.body)
    switch self {
    case .value: return .json(reply.body)
    case .items: return .json((json["items"] ?? []).bytes)
    case .contact(let status): return Self.contact(json, status)
    case .created:
      var response = Self.contact(json, json["created"] == true ? 201 : 200)
      if case .string(let id)? = json["contact"]?["email"]?["email_id"] {
        response.headers.add("Location", "/ctms/\(id)")
      }
      return response
    case .updates: return .json(Self.page(json, call.request).bytes)
    }
  }

  private static func contact(_ json: JSON, _ status: Int) -> HTTPResponse {
    var response = HTTPResponse.json((json["contact"] ?? .null).bytes, status: status)
    if case .array(let warnings)? = json["warnings"] {
      for case .string(let warning) in warnings { response.headers.add(warningHeader, warning) }
    }
    return response
  }

  private static func page(_ json: JSON, _ request: HTTPRequest) -> JSON {
    guard case .object(var members) = json else { return json }
    members["next"] = .null
    guard case .string(let after)? = members["after"] else { return .object(members) }
    var parameters: [(name: String, value: String)] = ["start", "end"].compactMap { name in
      guard case .string(let text)? = members[name] else { return nil }
      return (name, text)
    }
    if case .integer(let limit)? = members["limit"] { parameters.append(("limit", String(limit))) }
    parameters.append(("after", after))
    if let relevant = request.query.values("mofo_relevant").last, !relevant.isEmpty {
      parameters.append(("mofo_relevant", relevant))
    }
    let query = parameters.map { "\($0.name)=\(URLText.escape($0.value))" }.joined(separator: "&")
    members["next"] = .string("\(prefix(request))/updates?\(query)")
    return .object(members)
  }

  /// The gateway as the client has named it.
  private static func prefix(_ request: HTTPRequest) -> String {
    guard let host = request.headers["Host"] else { return "" }
    let isSecure = request.headers["X-Forwarded-Proto"]?.lowercased() == "https"
    return "\(isSecure ? "https" : "http")://\(host)"
  }
}
