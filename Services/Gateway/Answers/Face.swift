import HTTPServer

/// How a group of routes tells that a request is not done: its media type, its shape, its own words. The routes of
/// the platform's API share one; the groups that other programs speak already have each their own.
struct Face: Sendable {
  /// Stands for the group in documents and tests.
  let name: String
  /// Of what `render` makes.
  let mediaType: String
  /// The schema of the same, among the components of `/openapi.json`.
  let schema: String
  let render: @Sendable (Refusal) -> HTTPResponse

  /// - Parameter schema: where none is given, the name and "Error": "leads" has "LeadsError".
  init(
    name: String, mediaType: String = MediaType.json.rawValue, schema: String? = nil,
    render: @escaping @Sendable (Refusal) -> HTTPResponse
  ) {
    self.name = name
    self.mediaType = mediaType
    self.schema = schema ?? name.prefix(1).uppercased() + name.dropFirst() + "Error"
    self.render = render
  }

  /// `application/problem+json` (RFC 9457).
  static let problem = Face(name: "problem", mediaType: Refusal.mediaType, schema: "Problem") { $0.response }
}
