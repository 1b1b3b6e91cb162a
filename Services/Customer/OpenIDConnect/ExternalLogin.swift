import FoundationEssentials
import Security

/// A log-in under way at the provider. What of it travels is random, and kept here as digests.
struct ExternalLogin: Sendable {
  static let lifetimeSeconds: Int64 = 600

  /// Comes back with the browser, by the provider.
  let state: String
  /// Comes back with the browser, by its cookie.
  let binding: String
  /// Comes back in the identity token.
  let nonce: String
  let proof: ProofKey

  init() {
    state = SecureRandom.token()
    binding = SecureRandom.token()
    nonce = SecureRandom.token()
    proof = ProofKey()
  }

  /// Where the browser is to go (OpenID Connect Core, 3.1.2.1).
  func location(_ discovery: OpenIDDiscovery, _ settings: OpenIDSettings) -> String {
    OpenIDURL.adding(
      [
        (name: "response_type", value: "code"), (name: "client_id", value: settings.clientID),
        (name: "redirect_uri", value: settings.redirectURL), (name: "scope", value: settings.scopes),
        (name: "state", value: state), (name: "nonce", value: nonce),
        (name: "code_challenge", value: proof.challenge), (name: "code_challenge_method", value: "S256"),
      ], to: discovery.authorizationEndpoint)
  }
}
