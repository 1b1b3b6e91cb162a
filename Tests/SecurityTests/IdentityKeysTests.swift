import FoundationEssentials
import Testing

@testable import Security

/// Tokens of others: only what their own keys have signed, by the algorithm of the key.
@Suite struct IdentityKeysTests {
  /// RFC 7515, appendix A.2.
  private static let modulus = """
    ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgN\
    MsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsm\
    tdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ
    """
  private static let payload = """
    eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ
    """
  private static let signature = """
    cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1d\
    nZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwus\
    C-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw
    """
  private static let rsaToken = "eyJhbGciOiJSUzI1NiJ9.\(payload).\(signature)"
  private static let then = Date(timeIntervalSince1970: 1_300_819_000)

  private static func rsa(_ more: String = "") -> String { #"{"kty":"RSA","n":"\#(modulus)","e":"AQAB"\#(more)}"# }
  private static func set(_ keys: String...) throws(SecurityError) -> IdentityKeys {
    try IdentityKeys(jwks: Array(#"{"keys":[\#(keys.joined(separator: ","))]}"#.utf8))
  }

  private func code(_ body: () throws(SecurityError) -> Void) -> SecurityError.Code? {
    do throws(SecurityError) {
      try body()
      return nil
    } catch {
      return error.code
    }
  }

  @Test func takesWhatAnRSAKeyHasSigned() throws {
    let keys = try Self.set(Self.rsa())
    let claims = try keys.verify(Self.rsaToken, rules: TokenRules(issuer: "joe"), at: Self.then)
    #expect(String(decoding: claims, as: UTF8.self).contains("is_root"))
    #expect(code { () throws(SecurityError) in _ = try keys.verify(Self.rsaToken, rules: TokenRules()) } == .expired)
    #expect(
      code { () throws(SecurityError) in
        _ = try keys.verify(Self.rsaToken, rules: TokenRules(issuer: "jim"), at: Self.then)
      } == .wrongIssuer)
  }

  @Test func refusesAChangedTextAndAnotherSignature() throws {
    let keys = try Self.set(Self.rsa())
    let changed = "eyJhbGciOiJSUzI1NiJ9.\(Self.payload.replacing("eyJpc3Mi", with: "eyJpc3Ni")).\(Self.signature)"
    let short = "eyJhbGciOiJSUzI1NiJ9.\(Self.payload).\(Self.signature.dropLast(8))"
    for bad in [changed, short, "eyJhbGciOiJSUzI1NiJ9.\(Self.payload)."] {
      #expect(throws: SecurityError.self) { try keys.verify(bad, rules: TokenRules(), at: Self.then) }
    }
  }

  @Test(arguments: ["none", "HS256", "RS384", "PS256", "ES256"])
  func theAlgorithmIsTheKeys(algorithm: String) throws {
    let keys = try Self.set(Self.rsa())
    let header = Base64URL.encode(Array(#"{"alg":"\#(algorithm)"}"#.utf8))
    #expect(throws: SecurityError.self) {
      try keys.verify("\(header).\(Self.payload).\(Self.signature)", rules: TokenRules(), at: Self.then)
    }
  }

  /// The old trick: the public key as the secret of an HMAC.
  @Test func aPublicKeyIsNoSecret() throws {
    let keys = try Self.set(Self.rsa())
    let secret = try JoseKey.fromSecret(Array(Self.modulus.utf8))
    let forged = try CompactToken.sign(Array(#"{"sub":"admin","exp":9999999999}"#.utf8), with: secret, .hs256)
    #expect(
      code { () throws(SecurityError) in _ = try keys.verify(forged, rules: TokenRules()) } == .algorithmRefused)
  }

  @Test func choosesByTheKeysID() throws {
    let (one, two) = (try SigningKey.generate(), try SigningKey.generate())
    let keys = try IdentityKeys(jwks: try KeySet([one.publicKey, two.publicKey]).jwks())
    let claims = Array(#"{"sub":"anna","exp":9999999999}"#.utf8)
    #expect(throws: Never.self) {
      try keys.verify(try TokenSigner(key: two).sign(claims: claims), rules: TokenRules())
    }
    let stranger = try TokenSigner(key: try SigningKey.generate()).sign(claims: claims)
    #expect(code { () throws(SecurityError) in _ = try keys.verify(stranger, rules: TokenRules()) } == .unknownKey)
    let nameless = try CompactToken.sign(claims, with: one.key, .es256)
    #expect(
      code { () throws(SecurityError) in _ = try keys.verify(nameless, rules: TokenRules()) } == .unknownKey,
      "without a kid there must be no choice")
  }

  @Test func keysOfNoUseAreLeftOut() throws {
    #expect(code { () throws(SecurityError) in _ = try Self.set() } == .malformedKey)
    let weak = #"{"kty":"RSA","n":"\#(Self.modulus.prefix(170))","e":"AQAB"}"#
    for useless in [weak, Self.rsa(#","use":"enc""#), Self.rsa(#","alg":"RS512""#), #"{"kty":"oct","k":"AAAA"}"#] {
      #expect(code { () throws(SecurityError) in _ = try Self.set(useless) } == .malformedKey, "\(useless.prefix(60))")
    }
    #expect(throws: Never.self) { try Self.set(weak, Self.rsa(), #"{"kty":"OKP","crv":"Ed25519","x":"AAAA"}"#) }
    for broken in ["", "[]", "{}", #"{"keys":1}"#] {
      #expect(throws: SecurityError.self) { try IdentityKeys(jwks: Array(broken.utf8)) }
    }
  }

  @Test func provesAKeyAsTheStandardSays() {
    // RFC 7636, appendix B.
    #expect(
      ProofKey(verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk").challenge
        == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
    #expect(ProofKey().verifier.utf8.count == 43)
    #expect(ProofKey().verifier != ProofKey().verifier)
  }
}
