import HTTPServer

/// How a group of routes tells that a request is not done: its media type, its shape, its own words. The routes of
/// the platform's API share one; the groups that other programs speak already have each their own.
struct Face: Sendable {
  /// Stands for the group in documents and tests.
  let name: String
  let render: @Sendable (Refusal) -> HTTPResponse

  /// `application/problem+json` (RFC 9457).
  static let problem = Face(name: "problem") { $0.response }
}
