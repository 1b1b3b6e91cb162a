import HTTPServer

/// The ways in which a call is answered.
enum Answer: String, CaseIterable, Sendable {
  case ok
  /// As `ok`, after `slow_ms`.
  case slow
  case http400 = "http_400"
  case http401 = "http_401"
  case http404 = "http_404"
  case http409 = "http_409"
  case http429 = "http_429"
  case http500 = "http_500"
  case http503 = "http_503"
  /// 200 with something that is no JSON.
  case garbage
  /// 200 with a `code` other than 0.
  case wrongCode = "wrong_code"
  /// No answer, for as long as the client waits.
  case hang
  /// The connection is closed without an answer.
  case drop
  /// 200 with nothing.
  case empty

  /// Whether the provider has taken the message: 200 and `code` 0.
  var accepts: Bool { self == .ok || self == .slow }

  /// Whether it takes time by itself.
  var waits: Bool { self == .slow || self == .hang }

  func response(retryAfter: Int) -> HTTPResponse {
    switch self {
    case .ok, .slow: .code(0, "OK", status: 200)
    case .http400: .code(400, "the message is not acceptable", status: 400)
    case .http401: .code(401, "the token is not valid", status: 401)
    case .http404: .code(404, "there is nothing here", status: 404)
    case .http409: .code(409, "the message was accepted before", status: 409)
    case .http429: .code(429, "too many calls", status: 429).retrying(after: retryAfter)
    case .http500: .code(500, "the provider failed", status: 500)
    case .http503: .code(503, "the provider is not available", status: 503).retrying(after: retryAfter)
    case .garbage: HTTPResponse(status: 200, headers: ["Content-Type": "text/html"], body: .bytes(Self.page))
    case .wrongCode: .code(7, "the subscriber is not reachable", status: 200)
    case .hang, .drop: HTTPResponse(status: 200, body: .cut)
    case .empty: HTTPResponse(status: 200)
    }
  }

  private static let page = Array("<html><body>It works!</body></html>\n".utf8)
}
