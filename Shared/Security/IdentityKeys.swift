import FoundationEssentials

/// The public keys of an OpenID Connect provider, which verify its identity tokens: RSA of 2,048 bits and more (RS256)
/// and P-256 (ES256). Which algorithm a token has is decided by its key, never by the token alone.
public struct IdentityKeys: Sendable {
  private static let minimumModulusBytes = 256

  private struct Key: Sendable {
    let id: String?
    let algorithm: TokenAlgorithm
    let key: JoseKey
  }

  private let keys: [Key]

  /// Reads `{"keys": […]}`. Keys of other kinds, of other uses and broken ones are left out, as the standard asks.
  /// - Throws: `.malformedKey` where it is no set, or has no key that is of use.
  public init(jwks json: [UInt8]) throws(SecurityError) {
    let document: Document
    do {
      document = try JSONDecoder().decode(Document.self, from: Data(json))
    } catch {
      throw SecurityError(.malformedKey, "not a JSON Web Key Set")
    }
    keys = document.keys.compactMap(Self.key)
    if keys.isEmpty { throw SecurityError(.malformedKey, "the key set has no key for RS256 or ES256") }
  }

  /// The claims (JSON) of a good token.
  /// - Throws: `.unknownKey` where there is no key of the token's `kid`: the provider may have newer ones.
  public func verify(_ token: String, rules: TokenRules, at now: Date = Date()) throws(SecurityError) -> [UInt8] {
    let token = try CompactToken.parse(token)
    guard let algorithm = token.algorithm.flatMap(TokenAlgorithm.init(rawValue:)), algorithm != .hs256 else {
      throw SecurityError(.algorithmRefused, "the token is signed with neither RS256 nor ES256")
    }
    let id = token.keyID
    let fit = keys.filter { $0.algorithm == algorithm && (id == nil || $0.id == id) }
    // Without a `kid` only where there is no choice.
    guard let key = fit.first, fit.count == 1 else {
      throw SecurityError(.unknownKey, "the token is signed with an unknown key")
    }
    let payload = try token.payload(verifiedBy: key.key, algorithm)
    try rules.lifetime(of: payload).check(now)
    return payload
  }

  private static func key(_ jwk: ForeignKey) -> Key? {
    guard (jwk.use ?? "sig") == "sig" else { return nil }
    switch (jwk.kty, jwk.alg) {
    case ("RSA", nil), ("RSA", "RS256"):
      guard let n = jwk.n, let e = jwk.e, let modulus = Base64URL.decode(n), Base64URL.decode(e) != nil,
        modulus.drop(while: { $0 == 0 }).count >= minimumModulusBytes,
        let key = try? JoseKey.fromJSON(Array(#"{"kty":"RSA","n":"\#(n)","e":"\#(e)"}"#.utf8))
      else { return nil }
      return Key(id: jwk.kid, algorithm: .rs256, key: key)
    case ("EC", nil), ("EC", "ES256"):
      let point = JSONWebKey(kty: jwk.kty, crv: jwk.crv, x: jwk.x, y: jwk.y)
      return (try? point.joseKey()).map { Key(id: jwk.kid, algorithm: .es256, key: $0) }
    default:
      return nil
    }
  }

  private struct Document: Decodable {
    let keys: [ForeignKey]
  }

  /// The members of a key that matter here.
  private struct ForeignKey: Decodable {
    let kty: String
    let kid: String?
    let alg: String?
    let use: String?
    let n: String?
    let e: String?
    let crv: String?
    let x: String?
    let y: String?
  }
}
