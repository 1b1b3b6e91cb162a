/// A public ES256 key: verifies what the `SigningKey` of the same id signed.
public struct VerificationKey: Sendable, CustomStringConvertible {
  /// `kid`: the one the key came with, else its RFC 7638 thumbprint.
  public let id: String
  let jwk: JSONWebKey
  let key: JoseKey

  /// From the JSON of a key; a private part is ignored.
  /// - Throws: `.malformedKey`.
  public init(jwk json: [UInt8]) throws(SecurityError) {
    try self.init(JSONWebKey.decode(json))
  }

  init(_ jwk: JSONWebKey) throws(SecurityError) {
    var jwk = jwk
    jwk.d = nil
    jwk.kid = jwk.kid ?? jwk.thumbprint
    jwk.alg = TokenAlgorithm.es256.rawValue
    jwk.use = "sig"
    key = try jwk.joseKey()
    id = jwk.kid ?? jwk.thumbprint
    self.jwk = jwk
  }

  public var description: String { "ES256 key \(id)" }
}
