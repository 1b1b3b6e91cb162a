import Contracts

/// How each kind of problem is told in HTTP. The one table of it.
struct ProblemKind: Sendable {
  let status: Int
  let title: String
  /// Seconds for `Retry-After`.
  var retryAfter: Int?

  static func of(_ code: Problem.Code) -> ProblemKind {
    switch code {
    case .malformed: ProblemKind(status: 400, title: "The request cannot be read")
    case .unauthenticated: ProblemKind(status: 401, title: "A valid credential is needed")
    case .forbidden: ProblemKind(status: 403, title: "Not allowed")
    case .notFound: ProblemKind(status: 404, title: "Not found")
    case .conflict: ProblemKind(status: 409, title: "Not possible in the present state")
    case .stale: ProblemKind(status: 412, title: "Changed in the meantime")
    case .invalid: ProblemKind(status: 422, title: "The request is not valid")
    case .throttled: ProblemKind(status: 429, title: "Too many requests", retryAfter: 30)
    case .internal: ProblemKind(status: 500, title: "The server failed")
    case .unavailable: ProblemKind(status: 503, title: "Not available at the moment", retryAfter: 1)
    }
  }
}
