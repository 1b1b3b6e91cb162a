import FoundationEssentials

/// What the claims of a token must say.
public struct TokenRules: Sendable {
  /// `iss` must be this one, where set.
  public var issuer: String?
  /// `aud` must be this one or a list that holds it, where set.
  public var audience: String?
  /// How far the issuer's clock may be off.
  public var leeway: Duration
  /// Whether a token without `exp` is refused.
  public var requiresExpiry: Bool

  public init(
    issuer: String? = nil, audience: String? = nil, leeway: Duration = .zero, requiresExpiry: Bool = true
  ) {
    self.issuer = issuer
    self.audience = audience
    self.leeway = leeway
    self.requiresExpiry = requiresExpiry
  }

  /// Checks who it is from and for; answers from when to when it may be used.
  func lifetime(of payload: [UInt8]) throws(SecurityError) -> TokenLifetime {
    let claims: RegisteredClaims
    do {
      claims = try JSONDecoder().decode(RegisteredClaims.self, from: Data(payload))
    } catch {
      throw SecurityError(.malformedToken, "the token's claims are not a JSON object of the standard types")
    }
    if let issuer, claims.iss != issuer { throw SecurityError(.wrongIssuer, "the token is from another issuer") }
    if let audience, claims.aud?.names.contains(audience) != true {
      throw SecurityError(.wrongAudience, "the token is for another audience")
    }
    if requiresExpiry && claims.exp == nil { throw SecurityError(.expired, "the token does not say when it expires") }
    let slack = leeway / .seconds(1)
    return TokenLifetime(
      start: claims.nbf.map { $0 - slack } ?? -.infinity, end: claims.exp.map { $0 + slack } ?? .infinity)
  }
}
