import Contracts

/// What of a provider's discovery document is needed (OpenID Connect Discovery 1.0).
struct OpenIDDiscovery: Sendable, Equatable {
  var authorizationEndpoint: String
  var tokenEndpoint: String
  var keysURL: String
  var userInfoEndpoint: String?
  /// Whether the token endpoint wants our secret in the form and not by HTTP Basic.
  var wantsSecretInForm: Bool

  /// - Parameter issuer: what we know it by; a document of another is refused.
  /// - Throws: `OpenIDError`.
  init(_ document: JSON, issuer: String) throws(OpenIDError) {
    func url(_ name: String) throws(OpenIDError) -> String {
      guard case .string(let text)? = document[name], OpenIDURL.isTrustworthy(text) else {
        throw OpenIDError(.provider, "its discovery document lacks \(name), or that is not \(OpenIDURL.accepted)")
      }
      return text
    }
    guard document["issuer"] == .string(issuer) else {
      throw OpenIDError(.provider, "its discovery document is of another issuer")
    }
    authorizationEndpoint = try url("authorization_endpoint")
    tokenEndpoint = try url("token_endpoint")
    keysURL = try url("jwks_uri")
    userInfoEndpoint = document["userinfo_endpoint"] == nil ? nil : try url("userinfo_endpoint")
    var methods = ["client_secret_basic"]
    if case .array(let told)? = document["token_endpoint_auth_methods_supported"] {
      methods = told.compactMap { if case .string(let text) = $0 { text } else { nil } }
    }
    wantsSecretInForm = !methods.contains("client_secret_basic") && methods.contains("client_secret_post")
  }
}
