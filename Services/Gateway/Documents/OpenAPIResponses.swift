import Contracts

/// The answers to requests that are not done, as components: one for each status and face.
enum OpenAPIResponses {
  private static let statuses: [(status: Int, description: String)] = [
    (400, "The request cannot be read: broken JSON, a broken query or header."),
    (401, "A credential is needed, or the one given is not accepted."),
    (403, "The credential lacks the scope."),
    (404, "There is nothing with this id; or the Idempotency-Key stood for something about a person erased since."),
    (405, "Another method; Allow says which there are."),
    (408, "The body did not arrive in time."),
    (409, "Not possible in the present state, or a request with the same Idempotency-Key is being worked on."),
    (412, "The thing has changed: If-Match names another version than the present one."),
    (413, "The body is too large."),
    (414, "The request's head is larger than the server takes: told in the server's own words, before it is read."),
    (415, "The body's Content-Type is none that is read here."),
    (422, "Fields, parameters or headers are wrong; each is named."),
    (429, "Too many requests; Retry-After says when to try again."),
    (500, "The server failed; its log knows the request by its X-Request-Id."),
    (503, "A service does not answer at the moment; Retry-After says when to try again."),
  ]

  /// Those of every face that the routes have.
  static func all(of routes: [Route]) -> [String: JSON] {
    var responses: [String: JSON] = [:]
    for route in routes {
      for (status, description) in statuses {
        responses[name(status, route.face)] =
          status == 414
          ? ["description": .string(description)]
          : ["description": .string(description), "content": content(route.face), "headers": headers(status)]
      }
    }
    return responses
  }

  static func reference(_ status: Int, _ face: Face) -> JSON {
    ["$ref": .string("#/components/responses/\(name(status, face))")]
  }

  static func content(_ face: Face) -> JSON {
    .object([face.mediaType: ["schema": ["$ref": .string("#/components/schemas/\(face.schema)")]]])
  }

  private static func name(_ status: Int, _ face: Face) -> String { "\(face.name).\(status)" }

  private static func headers(_ status: Int) -> JSON {
    var names = [("X-Request-Id", "RequestId")]
    if status == 405 { names.append(("Allow", "Allow")) }
    if status == 401 { names.append(("WWW-Authenticate", "Challenge")) }
    if status == 429 || status == 503 { names.append(("Retry-After", "RetryAfter")) }
    return .object(
      Dictionary(uniqueKeysWithValues: names.map { ($0, ["$ref": .string("#/components/headers/\($1)")]) }))
  }
}
