import Contracts
import HTTPServer

/// One operation of `/openapi.json`: the fragment's entry, and what the route knows of credentials, headers and failures.
struct OpenAPIOperation {
  let route: Route
  /// What the fragment says.
  let entry: [String: JSON]
  /// Every way to show a credential, by name.
  let schemes: JSON?

  var json: JSON {
    var members = entry
    members["security"] = security
    members["parameters"] = .array(parameters)
    members["responses"] = .object(responses)
    if let body = members["requestBody"] { members["requestBody"] = Self.withLimit(body, route.body) }
    return .object(members)
  }

  /// Any of the ways, with the scope where one is needed.
  private var security: JSON {
    let scopes: JSON
    switch route.access {
    case .public: return []
    case .authenticated: scopes = []
    case .scope(let scope): scopes = [.string(scope)]
    }
    return .array(schemes.members.keys.sorted().map { .object([$0: scopes]) })
  }

  private var isCommand: Bool { route.subject?.kind == .command }

  /// Whether the caller may say which version must be the present one.
  private var isVersioned: Bool {
    route.input?.hasTarget == true && [.put, .patch, .delete].contains(route.method)
  }

  /// Whether the answer has a version that the caller may have already.
  private var isKept: Bool {
    route.method == .get && entry["responses"]?["200"]?["headers"]?["ETag"] != nil
  }

  private var parameters: [JSON] {
    var names: [String] = []
    if isCommand { names.append("IdempotencyKey") }
    if isVersioned { names.append("IfMatch") }
    if isKept { names.append("IfNoneMatch") }
    if route.access != .public { names += ["RequestId", "TraceParent"] }
    guard case .array(let written)? = entry["parameters"] else { return names.map(Self.parameter) }
    return written + names.map(Self.parameter).filter { !written.contains($0) }
  }

  private static func parameter(_ name: String) -> JSON { ["$ref": .string("#/components/parameters/\(name)")] }

  /// The statuses that follow from what the route is.
  private var statuses: [Int] {
    var statuses = [400, 414, 500]
    if route.access != .public { statuses += [401, 403, 422, 429, 503] }
    // An id that is a word may be the place of something else, with other methods.
    if route.pattern.contains("{") { statuses += [404, 405] }
    if route.body.limit != nil { statuses += [408, 413] }
    if route.body.types != nil { statuses.append(415) }
    if isCommand { statuses += [404, 409] }
    if isVersioned { statuses.append(412) }
    return statuses
  }

  private var responses: [String: JSON] {
    var responses = entry["responses"].members
    for status in statuses where responses[String(status)] == nil {
      responses[String(status)] = OpenAPIResponses.reference(status, route.face)
    }
    if isKept { responses["304"] = ["description": "You have this version already."] }
    for (status, response) in responses { responses[status] = complete(response, status: status) }
    return responses
  }

  /// An error that the fragment only describes has the body of the group's errors; every answer has its request's id.
  private func complete(_ response: JSON, status: String) -> JSON {
    guard case .object(var members) = response, members["$ref"] == nil else { return response }
    if status >= "400", members["content"] == nil { members["content"] = OpenAPIResponses.content(route.face) }
    var headers = members["headers"].members
    headers["X-Request-Id"] = ["$ref": "#/components/headers/RequestId"]
    if route.access != .public {
      for name in ["RateLimit", "RateLimit-Policy"] {
        headers[name] = ["$ref": .string("#/components/headers/\(name)")]
      }
    }
    members["headers"] = .object(headers)
    return .object(members)
  }

  private static func withLimit(_ body: JSON, _ rule: BodyRule) -> JSON {
    guard case .object(var members) = body, let limit = rule.limit else { return body }
    let text = "At most \(limit) bytes."
    if case .string(let written)? = members["description"] {
      members["description"] = .string("\(written) \(text)")
    } else {
      members["description"] = .string(text)
    }
    return .object(members)
  }
}
