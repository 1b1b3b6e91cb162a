import FoundationEssentials
import Security

/// Makes access tokens: ES256, issued by "mailout".
struct TokenIssuer: Sendable {
  static let issuer = "mailout"
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
  }

  /// - Parameter now: the moment of issue; only the whole seconds count.
  func token(for username: String, role: Role, now: Date = .now) throws -> String {
    let second = Int64(now.timeIntervalSince1970)
    let claims = Claims(
      iss: Self.issuer, sub: username, scope: role.scopes.joined(separator: " "), iat: second,
      exp: second + Self.lifetimeSeconds, jti: SecureRandom.token(bytes: 16))
    return try signer.sign(claims: [UInt8](try JSONEncoder().encode(claims)))
  }
}
