import Contracts
import FoundationEssentials
import HTTPServer

/// A request that is not done, as HTTP tells it.
struct Refusal: Error, Sendable {
  static let mediaType = "application/problem+json"

  var document: ProblemDocument
  var headers: [(name: String, value: String)] = []
  var mediaType = Refusal.mediaType
  /// What is wrong with the credential, where it is that; for faces that tell it in their own way.
  var fault: CredentialFault?
  /// Who was refused, where that is known.
  var principal: String?

  /// A problem that has no code of its own.
  init(status: Int, title: String, detail: String) {
    document = ProblemDocument(type: "about:blank", title: title, status: status, detail: detail)
  }

  /// A service's problem, or one of the gateway that has the same code.
  init(_ problem: Problem) {
    let kind = ProblemKind.of(problem.code)
    document = ProblemDocument(
      type: "urn:mailout:problem:\(problem.code.rawValue)", title: kind.title, status: kind.status,
      detail: problem.detail, errors: problem.errors.isEmpty ? nil : problem.errors)
    if let seconds = kind.retryAfter { headers.append(("Retry-After", String(seconds))) }
    if problem.code == .unauthenticated { headers.append(("WWW-Authenticate", Self.challenge)) }
  }

  /// Any error a handler may throw; what is none of those we know is a fault of ours.
  init(_ error: any Error) {
    switch error {
    case let error as Refusal: self = error
    case let error as Problem: self.init(error)
    case let error as HTTPRouteError: self.init(route: error)
    case let error as HTTPServerError: self.init(server: error)
    default: self.init(Problem(.internal, "The gateway failed; its log knows this request by its X-Request-Id."))
    }
  }

  private init(route error: HTTPRouteError) {
    let methods = error.allow.map(\.rawValue).joined(separator: ", ")
    switch error.code {
    case .methodNotAllowed:
      self.init(
        status: error.status, title: "Method not allowed", detail: "This path has other methods: \(methods).")
    case .notFound:
      self.init(status: error.status, title: "Not found", detail: "There is nothing at this path.")
    case .invalidParameter:
      self.init(Problem(.notFound, "There is nothing at this path: an id is a whole number above 0."))
    }
  }

  private init(server error: HTTPServerError) {
    switch error.status {
    case 400: self.init(Problem(.malformed, "The request cannot be read: \(error.message)."))
    case 408: self.init(status: 408, title: "Too slow", detail: "The body did not arrive in time.")
    case 413: self.init(status: 413, title: "Too large", detail: "The request is too large: \(error.message).")
    case 503: self.init(Problem(.unavailable, "The gateway cannot answer now: \(error.message)."))
    default: self.init(Problem(.internal, "The gateway failed."))
    }
  }

  /// A name in the path that nothing can have is not found, rather than wrong.
  static func nothingThere(_ error: any Error, _ detail: String) -> any Error {
    guard let problem = error as? Problem, problem.code == .invalid else { return error }
    return Problem(.notFound, detail)
  }

  static func unsupportedMediaType(_ accepted: [MediaType]) -> Refusal {
    let types = accepted.map(\.rawValue).joined(separator: ", ")
    return Refusal(
      status: 415, title: "Unsupported media type", detail: "The Content-Type must be, in UTF-8: \(types).")
  }

  /// No credential, or with `error` a bad one (RFC 6750).
  static func unauthenticated(_ detail: String, error: String? = nil) -> Refusal {
    var refusal = Refusal(Problem(.unauthenticated, detail))
    refusal.fault = error == nil ? .missing : .bad
    if let error {
      refusal.headers = [("WWW-Authenticate", "\(challenge), error=\"\(error)\"")]
    }
    return refusal
  }

  static func forbidden(_ scope: String) -> Refusal {
    var refusal = Refusal(Problem(.forbidden, "This needs the scope \(scope)."))
    refusal.fault = .lacksScope
    refusal.headers = [("WWW-Authenticate", "\(challenge), error=\"insufficient_scope\", scope=\"\(scope)\"")]
    return refusal
  }

  /// The token is good, but an administrator has disabled its client.
  static let disabledClient: Refusal = {
    var refusal = Refusal.unauthenticated("API Client has been disabled", error: "invalid_token")
    refusal.fault = .disabledClient
    return refusal
  }()

  var response: HTTPResponse {
    response((try? JSONEncoder.plain.encode(document)).map { [UInt8]($0) } ?? [], mediaType)
  }

  /// The same with a body in another shape.
  func response(_ body: JSON) -> HTTPResponse { response(body.bytes, MediaType.json.rawValue) }

  private func response(_ body: [UInt8], _ mediaType: String) -> HTTPResponse {
    HTTPResponse(
      status: document.status,
      headers: HTTPHeaders([(name: "Content-Type", value: mediaType)] + headers), body: .bytes(body))
  }

  private static let challenge = "Bearer realm=\"mailout\""
}
