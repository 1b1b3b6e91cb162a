internal import CSodium

/// PKCE (RFC 7636): a secret that whoever begins a log-in keeps, and its digest, which travels.
public struct ProofKey: Sendable {
  /// Shown to the token endpoint: 43 characters.
  public let verifier: String

  public init() { verifier = SecureRandom.token() }

  public init(verifier: String) { self.verifier = verifier }

  /// By the method S256.
  public var challenge: String {
    _ = Sodium.ready
    let text = Array(verifier.utf8)
    var digest = [UInt8](repeating: 0, count: Int(crypto_hash_sha256_BYTES))
    crypto_hash_sha256(&digest, text, UInt64(text.count))
    return Base64URL.encode(digest)
  }
}
