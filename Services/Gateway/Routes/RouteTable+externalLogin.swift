import Contracts
import HTTPServer

extension RouteTable {
  /// Log-in of operators through the OpenID Connect provider: out by a redirect, back with a code, which becomes tokens
  /// of ours. What ties the two together in the browser is a cookie; no address to go on to is taken from anybody.
  static let externalLogin: [Route] = [
    Route(.get, "/auth/oidc/login", .public) { call in
      let reply = try await external(call, .beginExternalLogin, [:])
      guard case .string(let location)? = reply["location"], case .string(let binding)? = reply["binding"],
        case .integer(let seconds)? = reply["expires_in"]
      else { throw Problem(.internal, "The customer service's answer could not be read.") }
      var response = HTTPResponse(status: 302)
      response.headers.add("Location", location)
      response.headers.add("Set-Cookie", cookie(binding, seconds: seconds, isSecure: reply["secure"] == true))
      response.headers.add("Cache-Control", "no-store")
      return response
    },
    Route(.get, "/auth/oidc/callback", .public) { call in
      // Providers add parameters of their own: what is not known is passed over.
      var data: [String: JSON] = [:]
      for (name, parameter) in ["state": "state", "code": "code", "error": "error", "issuer": "iss"] {
        if let text = call.request.query[parameter], !text.isEmpty { data[name] = .string(text) }
      }
      data["binding"] = Cookies.value(cookieName, call.request.headers).map(JSON.string)
      var response = try await answer(call, data)
      response.headers.add("Set-Cookie", cookie("", seconds: 0, isSecure: false))
      response.headers.add("Cache-Control", "no-store")
      response.headers.add("Referrer-Policy", "no-referrer")
      return response
    },
  ]

  /// Tokens: as JSON, or for a browser in a page that takes them to the web UI.
  private static func answer(_ call: Call, _ data: [String: JSON]) async throws -> HTTPResponse {
    guard LoginPage.isWanted(call.request.headers) else {
      return .json(try await external(call, .finishExternalLogin, data).bytes)
    }
    do {
      return LoginPage.loggedIn(try await external(call, .finishExternalLogin, data))
    } catch {
      return LoginPage.refused(Refusal(error))
    }
  }

  private static let cookieName = "mailout_login"
  /// The provider may be asked for several things, each with its own limit.
  private static let externalTimeout = Duration.seconds(25)

  private static func external(_ call: Call, _ operation: Operation, _ data: [String: JSON]) async throws -> JSON {
    var data = data
    data["address"] = .string(call.address)
    // Without a key: tokens must not be kept for a repetition.
    let reply = try await call.operations.call(
      operation, data: JSON.object(data).bytes, as: call.caller, idempotencyKey: nil, timeout: externalTimeout)
    return try JSON.parse(reply.body)
  }

  /// `Lax`: it must come along when the provider sends the browser back.
  private static func cookie(_ value: String, seconds: Int64, isSecure: Bool) -> String {
    "\(cookieName)=\(value); Path=/auth/oidc; Max-Age=\(seconds); HttpOnly; SameSite=Lax\(isSecure ? "; Secure" : "")"
  }
}
