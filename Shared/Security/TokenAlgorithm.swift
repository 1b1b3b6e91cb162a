/// The signature algorithms in use.
enum TokenAlgorithm: String, Sendable {
  /// ECDSA on P-256 with SHA-256.
  case es256 = "ES256"
  /// HMAC with SHA-256.
  case hs256 = "HS256"
  /// RSA PKCS #1 with SHA-256: of others' tokens only.
  case rs256 = "RS256"

  /// How long a signature is; nil where that is the key's affair.
  var signatureBytes: Int? {
    switch self {
    case .es256: 64
    case .hs256: 32
    case .rs256: nil
    }
  }
}
