/// A private ES256 key (EC, P-256).
public struct SigningKey: Sendable, CustomStringConvertible {
  /// `kid` of what it signs.
  public var id: String { publicKey.id }
  /// The half that may be shown to everybody.
  public let publicKey: VerificationKey
  let key: JoseKey

  /// A new key; its id is its RFC 7638 thumbprint.
  public static func generate() throws(SecurityError) -> SigningKey {
    try SigningKey(jwk: try JoseKey.generateP256().json(private: true))
  }

  /// From the JSON that `privateJWK` wrote, or any JWK of a private P-256 key.
  /// - Throws: `.malformedKey`.
  public init(jwk json: [UInt8]) throws(SecurityError) {
    let jwk = try JSONWebKey.decode(json)
    guard jwk.d != nil else { throw SecurityError(.malformedKey, "the key has no private part") }
    key = try jwk.joseKey()
    publicKey = try VerificationKey(jwk)
  }

  /// The whole key as JSON. A secret: for the key store only.
  public func privateJWK() throws(SecurityError) -> [UInt8] {
    var jwk = publicKey.jwk
    jwk.d = try JSONWebKey.decode(try key.json(private: true)).d
    return try jwk.encoded()
  }

  /// The id alone.
  public var description: String { "private \(publicKey)" }
}
