import FoundationEssentials
import Security

/// Makes access tokens: ES256, issued by "mailout".
struct TokenIssuer: Sendable {
  static let issuer = "mailout"
  /// Of operators' tokens.
  static let lifetimeSeconds: Int64 = 30 * 60

  private let signer: TokenSigner

  init(key: SigningKey) {
    signer = TokenSigner(key: key)
  }

  private struct Claims: Encodable {
    let iss: String
    let sub: String
    let scope: String
    let iat: Int64
    let exp: Int64
    let jti: String
    /// Of a customer's session (OpenID Connect Front-Channel Logout, 3).
    let sid: String?
  }

  /// A token of an operator, with the scopes of the role.
  func token(for username: String, role: Role, now: Date = .now) throws -> String {
    try token(subject: username, scopes: role.scopes, lifetime: Self.lifetimeSeconds, now: now)
  }

  /// - Parameters:
  ///   - lifetime: in seconds.
  ///   - session: what it ends with, before its time.
  ///   - now: the moment of issue; only the whole seconds count.
  func token(
    subject: String, scopes: [String], lifetime: Int64, session: UUID? = nil, now: Date = .now
  ) throws -> String {
    let second = Int64(now.timeIntervalSince1970)
    let claims = Claims(
      iss: Self.issuer, sub: subject, scope: scopes.joined(separator: " "), iat: second, exp: second + lifetime,
      jti: SecureRandom.token(bytes: 16), sid: session?.uuidString.lowercased())
    return try signer.sign(claims: [UInt8](try JSONEncoder().encode(claims)))
  }
}
