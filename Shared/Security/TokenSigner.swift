/// Signs claims as ES256 tokens.
public struct TokenSigner: Sendable {
  private let key: SigningKey

  public init(key: SigningKey) {
    self.key = key
  }

  /// - Parameter claims: a JSON object.
  /// - Returns: the compact form, with `kid` in its header.
  public func sign(claims: [UInt8]) throws(SecurityError) -> String {
    try CompactToken.sign(claims, with: key.key, .es256, keyID: key.id)
  }
}
