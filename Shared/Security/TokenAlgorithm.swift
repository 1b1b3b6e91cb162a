/// The signature algorithms in use.
enum TokenAlgorithm: String, Sendable {
  /// ECDSA on P-256 with SHA-256.
  case es256 = "ES256"
  /// HMAC with SHA-256.
  case hs256 = "HS256"

  /// Characters of the signature in base64url: 64 and 32 bytes.
  var signatureLength: Int {
    switch self {
    case .es256: 86
    case .hs256: 43
    }
  }
}
