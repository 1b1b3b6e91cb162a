import FoundationEssentials
import Service

/// How operators log in through an external OpenID Connect provider; see docs/access.md.
struct OpenIDSettings: Sendable {
  /// Exactly as the provider writes it in its tokens.
  var issuer: String
  var clientID: String
  /// nil for a public client, which PKCE alone protects.
  var clientSecret: Secret?
  /// Where the provider sends the browser back to: the public URL of /auth/oidc/callback.
  var redirectURL: String
  var scopes = "openid profile email"
  var usernameClaim = "preferred_username"
  var roles: RoleMapping

  init(
    issuer: String, clientID: String, clientSecret: Secret?, redirectURL: String, roles: RoleMapping
  ) {
    self.issuer = issuer
    self.clientID = clientID
    self.clientSecret = clientSecret
    self.redirectURL = redirectURL
    self.roles = roles
  }

  /// nil where no provider is configured.
  init?(_ settings: inout Settings) {
    let issuer = settings.optionalString("MAILOUT_OIDC_ISSUER", help: "The OpenID Connect provider's issuer URL.")
    let clientID = settings.optionalString("MAILOUT_OIDC_CLIENT_ID", help: "Our client id at the provider.")
    let secret = settings.optionalSecret("MAILOUT_OIDC_CLIENT_SECRET", help: "Our client secret there, if we have one.")
    let redirect = settings.optionalString(
      "MAILOUT_OIDC_REDIRECT_URL", help: "The public URL of /auth/oidc/callback, as registered at the provider.")
    let scopes = settings.string(
      "MAILOUT_OIDC_SCOPES", default: "openid profile email", help: "What the provider is asked for.")
    let username = settings.string(
      "MAILOUT_OIDC_USERNAME_CLAIM", default: "preferred_username", help: "The claim that becomes the operator's name.")
    let claim = settings.string(
      "MAILOUT_OIDC_ROLE_CLAIM", default: "groups", help: "The claim that decides the role; dots lead into objects.")
    func values(_ role: String) -> Set<String> {
      Set(
        settings.list(
          "MAILOUT_OIDC_\(role)_VALUES", accepted: "texts separated by commas",
          help: "Values of that claim that make one \(role.lowercased())."
        ) { $0.isEmpty ? nil : $0 })
    }
    let roles = RoleMapping(
      claim: claim,
      values: [.admin: values("ADMIN"), .operator: values("OPERATOR"), .viewer: values("VIEWER")])
    guard let issuer else { return nil }
    self.init(
      issuer: issuer, clientID: clientID ?? "", clientSecret: secret, redirectURL: redirect ?? "", roles: roles)
    self.scopes = scopes
    usernameClaim = username
    check(&settings)
  }

  private func check(_ settings: inout Settings) {
    if !OpenIDURL.isTrustworthy(issuer) || issuer.contains("?") || issuer.contains("#") {
      settings.reject("MAILOUT_OIDC_ISSUER", "is \(issuer)", accepted: OpenIDURL.accepted)
    }
    if clientID.isEmpty {
      settings.reject("MAILOUT_OIDC_CLIENT_ID", "is not set", accepted: "the client id that the provider gave")
    }
    if !OpenIDURL.isWeb(redirectURL) || !redirectURL.hasSuffix("/auth/oidc/callback") {
      settings.reject(
        "MAILOUT_OIDC_REDIRECT_URL", redirectURL.isEmpty ? "is not set" : "is \(redirectURL)",
        accepted: "a URL like https://mailout.example.com/auth/oidc/callback")
    }
    if !scopes.split(separator: " ").contains("openid") {
      settings.reject("MAILOUT_OIDC_SCOPES", "is \(scopes)", accepted: "scopes separated by blanks, openid among them")
    }
    if roles.isEmpty {
      settings.reject(
        "MAILOUT_OIDC_ADMIN_VALUES", "is not set, nor are those of the other roles",
        accepted: "values of the claim \(roles.claim) for at least one role")
    }
  }
}
