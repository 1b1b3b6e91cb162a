import Contracts
import HTTPServer

extension RouteTable {
  static func tokens(_ keys: KeyRing) -> [Route] {
    [
      Route(.post, "/auth/token", .public, body: .whole([.form], upTo: 16 << 10)) { call in
        do {
          return try await token(call)
        } catch let problem as Problem {
          throw oauth(problem)
        }
      },
      Route(.get, "/.well-known/jwks.json", .public) { _ in
        if keys.jwks == nil { await keys.refresh() }
        guard let jwks = keys.jwks else { throw Problem(.unavailable, "The keys are not available yet.") }
        var response = HTTPResponse.json(jwks)
        response.headers.add("Cache-Control", "public, max-age=300")
        return response
      },
    ]
  }

  /// RFC 6749, the password and refresh token grants.
  private static func token(_ call: Call) async throws -> HTTPResponse {
    let form = try FormFields(call.request.body.buffered ?? [])
    let operation: Operation
    var data: [String: JSON] = ["address": .string(call.address)]
    switch form["grant_type"] ?? "password" {
    case "password":
      operation = .authenticate
      data["username"] = .string(try require(form, "username"))
      data["password"] = .string(try require(form, "password"))
    case "refresh_token":
      operation = .refreshToken
      data["refresh_token"] = .string(try require(form, "refresh_token"))
    default:
      throw oauthRefusal("unsupported_grant_type", "grant_type must be password or refresh_token")
    }
    // Without a key: an answer with tokens in it must not be kept for a repetition.
    let reply = try await call.operations.call(
      operation, data: JSON.object(data).bytes, as: call.caller, idempotencyKey: nil,
      timeout: OperationTimeout.command)
    var response = HTTPResponse.json(reply.body)
    response.headers.add("Cache-Control", "no-store")
    return response
  }

  private static func require(_ form: FormFields, _ name: String) throws -> String {
    guard let value = form[name] else { throw oauthRefusal("invalid_request", "\(name) is required") }
    return value
  }

  /// What a service says, in OAuth's words. Others than the client's own mistakes stay as they are.
  private static func oauth(_ problem: Problem) -> Refusal {
    switch problem.code {
    case .unauthenticated, .forbidden, .notFound: oauthRefusal("invalid_grant", problem.detail)
    case .malformed, .invalid: oauthRefusal("invalid_request", problem.errors.first?.detail ?? problem.detail)
    default: Refusal(problem)
    }
  }

  /// 400 with the members of RFC 6749 beside ours, and its media type.
  private static func oauthRefusal(_ error: String, _ detail: String) -> Refusal {
    var refusal = Refusal(status: 400, title: "No token", detail: detail)
    refusal.document.error = error
    refusal.document.errorDescription = detail
    refusal.mediaType = MediaType.json.rawValue
    refusal.headers = [("Cache-Control", "no-store")]
    return refusal
  }
}
