import FoundationEssentials
import Security
import Testing

@Suite struct SharedSecretTokensTests {
  private let tokens: SharedSecretTokens
  private let secret: [UInt8]

  init() throws {
    secret = SecureRandom.bytes(32)
    tokens = try SharedSecretTokens(secret: secret)
  }

  private func refusal(_ token: String, at now: Date = Samples.now) -> SecurityError.Code? {
    #expect(throws: SecurityError.self) { try tokens.verify(token, at: now) }?.code
  }

  @Test func signsAndVerifies() throws {
    let token = try tokens.sign(claims: Samples.claims())
    #expect(try tokens.verify(token, at: Samples.now) == Samples.claims())
    #expect(refusal(token, at: Date(timeIntervalSince1970: 1_700_003_600)) == .expired)
  }

  /// RFC 7515, appendix A.1.
  @Test func verifiesAForeignToken() throws {
    let key = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"
    let tokens = try SharedSecretTokens(secret: try #require(Base64URL.decode(key)), rules: TokenRules(issuer: "joe"))
    let token =
      "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
      + "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
      + "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    _ = try tokens.verify(token, at: Date(timeIntervalSince1970: 1_300_819_379))
    #expect(throws: SecurityError.self) { try tokens.verify(token, at: Date(timeIntervalSince1970: 1_300_819_380)) }
  }

  @Test func refusesOtherSecretsAlgorithmsAndChanges() throws {
    let other = try SharedSecretTokens(secret: SecureRandom.bytes(32))
    #expect(refusal(try other.sign(claims: Samples.claims())) == .badSignature)
    #expect(refusal(Samples.token(header: #"{"alg":"none"}"#, claims: Samples.claims())) == .algorithmRefused)
    let signed = try TokenSigner(key: try SigningKey.generate()).sign(claims: Samples.claims())
    #expect(refusal(signed) == .algorithmRefused)
    let parts = try tokens.sign(claims: Samples.claims()).split(separator: ".")
    #expect(refusal("\(parts[0]).\(Base64URL.encode(Samples.claims(exp: 2e9))).\(parts[2])") == .badSignature)
  }

  @Test func refusesAShortSecret() {
    let error = #expect(throws: SecurityError.self) { try SharedSecretTokens(secret: SecureRandom.bytes(31)) }
    #expect(error?.code == .malformedKey)
  }
}
