import FoundationEssentials
import Testing

@testable import Security

@Suite struct KeyTests {
  /// RFC 7515, appendix A.3, made by another implementation.
  @Test func verifiesAForeignToken() throws {
    let key = try SigningKey(jwk: Array(Samples.foreignKey.utf8))
    let payload = try CompactToken.parse(Samples.foreignToken).payload(verifiedBy: key.publicKey.key, .es256)
    #expect(String(decoding: payload, as: UTF8.self).hasPrefix(#"{"iss":"joe","#))
  }

  @Test func idIsTheThumbprintUnlessGiven() throws {
    let key = try SigningKey(jwk: Array(Samples.foreignKey.utf8))
    #expect(key.id == "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U")
    let named = Samples.foreignKey.replacing("{\"kty\"", with: "{\"kid\":\"spring\",\"kty\"")
    #expect(try SigningKey(jwk: Array(named.utf8)).id == "spring")
  }

  @Test func comesBackFromItsJSON() throws {
    let key = try SigningKey.generate()
    let copy = try SigningKey(jwk: try key.privateJWK())
    #expect(copy.id == key.id)
    let verifier = TokenVerifier(keys: KeySet([key.publicKey]), rules: Samples.rules)
    _ = try verifier.verify(try TokenSigner(key: copy).sign(claims: Samples.claims()), at: Samples.now)
  }

  @Test func generatedKeysDiffer() throws {
    #expect(try SigningKey.generate().id != SigningKey.generate().id)
  }

  @Test(arguments: [
    "", "[]", "{}",
    #"{"kty":"oct","k":"AAAA"}"#,
    #"{"kty":"EC","crv":"P-384","x":"AA","y":"AA","d":"AA"}"#,
    // Not on the curve.
    #"{"kty":"EC","crv":"P-256","x":"AAAA","y":"AAAA","d":"AAAA"}"#,
    // For another use, and for another algorithm.
    Samples.foreignKey.replacing("{\"kty\"", with: "{\"use\":\"enc\",\"kty\""),
    Samples.foreignKey.replacing("{\"kty\"", with: "{\"alg\":\"ES384\",\"kty\""),
    // A private part that is not this point's.
    Samples.foreignKey.replacing("jpsQnnGQmL", with: "jpsQnnGQmM"),
    // No private part.
    Samples.foreignKey.replacing(",\"d\":\"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI\"", with: ""),
  ])
  func refusesBadKeys(json: String) {
    let error = #expect(throws: SecurityError.self) { try SigningKey(jwk: Array(json.utf8)) }
    #expect(error?.code == .malformedKey)
  }

  @Test func noPublicTextShowsThePrivatePart() throws {
    let key = try SigningKey(jwk: Array(Samples.foreignKey.utf8))
    let jwks = String(decoding: try KeySet([key.publicKey]).jwks(), as: UTF8.self)
    #expect(
      jwks == #"{"keys":[{"alg":"ES256","crv":"P-256","kid":"oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U","#
        + #""kty":"EC","use":"sig","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","#
        + #""y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#)
    #expect(!"\(key)".contains("jpsQ"))
  }

  @Test func setsComeBackAndLeaveForeignKindsOut() throws {
    let keys = [try SigningKey.generate(), try SigningKey.generate()]
    let set = KeySet(keys.map(\.publicKey))
    let text = String(decoding: try set.jwks(), as: UTF8.self)
    let mixed = text.replacing(#"{"keys":["#, with: #"{"keys":[{"kty":"RSA","n":"AA","e":"AQAB","kid":"r"},"#)
    let read = try KeySet(jwks: Array(mixed.utf8))
    #expect(read.ids == keys.map(\.id).sorted())
    #expect(read["r"] == nil)
    #expect(throws: SecurityError.self) { try KeySet(jwks: Array("{}".utf8)) }
  }
}
