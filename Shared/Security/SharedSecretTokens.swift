import FoundationEssentials

/// Signs and verifies HS256 tokens with one secret that both sides hold, as send APIs use them.
public struct SharedSecretTokens: Sendable {
  /// RFC 7518 asks for a secret at least as long as the hash.
  public static let minimumSecretBytes = 32

  private let key: JoseKey
  private let rules: TokenRules

  /// - Throws: `.malformedKey` where the secret is shorter than 32 bytes.
  public init(secret: [UInt8], rules: TokenRules = TokenRules()) throws(SecurityError) {
    guard secret.count >= Self.minimumSecretBytes else {
      throw SecurityError(.malformedKey, "an HS256 secret has at least \(Self.minimumSecretBytes) bytes")
    }
    key = try JoseKey.fromSecret(secret)
    self.rules = rules
  }

  /// - Parameter claims: a JSON object.
  public func sign(claims: [UInt8]) throws(SecurityError) -> String {
    try CompactToken.sign(claims, with: key, .hs256)
  }

  /// The claims (JSON) of a good token.
  public func verify(_ token: String, at now: Date = Date()) throws(SecurityError) -> [UInt8] {
    let payload = try CompactToken.parse(token).payload(verifiedBy: key, .hs256)
    try rules.lifetime(of: payload).check(now)
    return payload
  }
}
