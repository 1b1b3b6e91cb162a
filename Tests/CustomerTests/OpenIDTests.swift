import Contracts
import Service
import Testing

@testable import Customer

/// What becomes of what a provider says.
@Suite struct OpenIDTests {
  private static let roles = RoleMapping(
    claim: "groups", values: [.admin: ["mailout-admins"], .operator: ["mailout", "marketing"], .viewer: ["staff"]])

  private static func settings(_ more: [String: String] = [:]) -> [String: String] {
    [
      "MAILOUT_OIDC_ISSUER": "https://id.example.com", "MAILOUT_OIDC_CLIENT_ID": "mailout",
      "MAILOUT_OIDC_REDIRECT_URL": "https://mailout.example.com/auth/oidc/callback",
      "MAILOUT_OIDC_ADMIN_VALUES": "mailout-admins, root",
    ].merging(more) { $1 }
  }

  private static let openID = OpenIDSettings(
    issuer: "https://id.example.com", clientID: "mailout", clientSecret: nil,
    redirectURL: "https://mailout.example.com/auth/oidc/callback", roles: roles)

  @Test func whoHasNoneOfTheValuesHasNoRole() {
    #expect(Self.roles.role(of: ["groups": ["staff", "marketing"]]) == .operator)
    #expect(Self.roles.role(of: ["groups": ["mailout-admins", "staff"]]) == .admin)
    #expect(Self.roles.role(of: ["groups": "staff"]) == .viewer)
    let useless: [JSON] = [
      [:], ["groups": []], ["groups": ["Staff", "admin"]], ["groups": ["staff": true]], ["groups": 1],
    ]
    for claims in useless { #expect(Self.roles.role(of: claims) == nil) }
  }

  @Test func theClaimMayLieDeeperOrBeAURL() {
    let nested = RoleMapping(claim: "realm_access.roles", values: [.viewer: ["v"]])
    #expect(nested.role(of: ["realm_access": ["roles": ["v"]]]) == .viewer)
    #expect(nested.role(of: ["realm_access": ["v"]]) == nil)
    let url = RoleMapping(claim: "https://example.com/roles", values: [.viewer: ["v"]])
    #expect(url.role(of: ["https://example.com/roles": ["v"]]) == .viewer)
  }

  @Test func anIdentityHasASubjectANameAndARole() throws {
    let claims: [String: JSON] = ["sub": "1", "preferred_username": "anna", "groups": ["staff"]]
    #expect(try OpenIDIdentity(.object(claims), Self.openID).role == .viewer)
    for (name, value) in [
      ("sub", JSON.null), ("sub", ""), ("sub", 7), ("preferred_username", .null),
      ("preferred_username", "api_client:x"), ("preferred_username", "Customer:x"),
      ("preferred_username", " a"), ("groups", ["visitors"]),
    ] {
      #expect(throws: OpenIDError.self, "\(name)") {
        try OpenIDIdentity(.object(claims.merging([name: value]) { $1 }), Self.openID)
      }
    }
  }

  @Test func aDiscoveryDocumentIsOfItsIssuerAndItsURLsAreSafe() throws {
    let document: [String: JSON] = [
      "issuer": "https://id.example.com", "authorization_endpoint": "https://id.example.com/a",
      "token_endpoint": "https://id.example.com/t", "jwks_uri": "https://id.example.com/k",
    ]
    let found = try OpenIDDiscovery(.object(document), issuer: "https://id.example.com")
    #expect(found.userInfoEndpoint == nil)
    #expect(!found.wantsSecretInForm)
    for (name, value) in [
      ("issuer", JSON.string("https://id.example.com/")), ("token_endpoint", "http://id.example.com/t"),
      ("jwks_uri", "file:///etc/passwd"), ("authorization_endpoint", .null), ("userinfo_endpoint", "gopher://x"),
    ] {
      #expect(throws: OpenIDError.self, "\(name)") {
        try OpenIDDiscovery(.object(document.merging([name: value]) { $1 }), issuer: "https://id.example.com")
      }
    }
    let post = document.merging(["token_endpoint_auth_methods_supported": ["client_secret_post"]]) { $1 }
    #expect(try OpenIDDiscovery(.object(post), issuer: "https://id.example.com").wantsSecretInForm)
  }

  @Test func theBrowserIsSentWithEverythingButASecret() throws {
    let discovery = try OpenIDDiscovery(
      [
        "issuer": "https://id.example.com", "authorization_endpoint": "https://id.example.com/a?tenant=1",
        "token_endpoint": "https://id.example.com/t", "jwks_uri": "https://id.example.com/k",
      ], issuer: "https://id.example.com")
    let login = ExternalLogin()
    let location = login.location(discovery, Self.openID)
    #expect(location.hasPrefix("https://id.example.com/a?tenant=1&response_type=code&client_id=mailout&"))
    #expect(location.contains("redirect_uri=https%3A%2F%2Fmailout.example.com%2Fauth%2Foidc%2Fcallback&"))
    #expect(location.contains("&code_challenge=\(login.proof.challenge)&code_challenge_method=S256"))
    #expect(location.contains("&state=\(login.state)&nonce=\(login.nonce)&"))
    #expect(!location.contains(login.proof.verifier) && !location.contains(login.binding))
  }

  @Test func settingsAreWholeOrRefused() throws {
    var none = Settings([:])
    #expect(OpenIDSettings(&none) == nil)
    try none.finish()
    var good = Settings(Self.settings())
    #expect(OpenIDSettings(&good)?.roles.values[.admin] == ["mailout-admins", "root"])
    try good.finish()
    for (name, value) in [
      ("MAILOUT_OIDC_ISSUER", "http://id.example.com"), ("MAILOUT_OIDC_ISSUER", "https://id.example.com?x=1"),
      ("MAILOUT_OIDC_CLIENT_ID", ""), ("MAILOUT_OIDC_REDIRECT_URL", ""),
      ("MAILOUT_OIDC_REDIRECT_URL", "https://mailout.example.com/elsewhere"), ("MAILOUT_OIDC_SCOPES", "profile"),
      ("MAILOUT_OIDC_ADMIN_VALUES", ""),
    ] {
      var settings = Settings(Self.settings([name: value]))
      _ = OpenIDSettings(&settings)
      let error = #expect(throws: SettingsError.self, "\(name)=\(value)") { try settings.finish() }
      #expect(error?.description.contains(name) == true, "\(name)=\(value)")
    }
    var local = Settings(Self.settings(["MAILOUT_OIDC_ISSUER": "http://localhost:9400"]))
    #expect(OpenIDSettings(&local) != nil)
    try local.finish()
  }
}
