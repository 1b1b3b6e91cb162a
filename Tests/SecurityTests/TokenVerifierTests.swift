import FoundationEssentials
import Testing

@testable import Security

@Suite struct TokenVerifierTests {
  private let key: SigningKey
  private let signer: TokenSigner
  private let verifier: TokenVerifier

  init() throws {
    key = try SigningKey.generate()
    signer = TokenSigner(key: key)
    verifier = TokenVerifier(keys: KeySet([key.publicKey]), rules: Samples.rules)
  }

  private func refusal(_ token: String, at now: Date = Samples.now) -> SecurityError.Code? {
    #expect(throws: SecurityError.self) { try verifier.verify(token, at: now) }?.code
  }

  @Test func goodTokenGivesItsClaims() throws {
    let token = try signer.sign(claims: Samples.claims())
    #expect(try verifier.verify(token, at: Samples.now) == Samples.claims())
    #expect(try verifier.verify(token, at: Samples.now) == Samples.claims(), "remembered")
    let header = try #require(Base64URL.decode(String(token.prefix { $0 != "." })))
    #expect(String(decoding: header, as: UTF8.self) == #"{"alg":"ES256","typ":"JWT","kid":"\#(key.id)"}"#)
  }

  @Test func expiresAtItsSecondRememberedOrNot() throws {
    let token = try signer.sign(claims: Samples.claims())
    let end = Date(timeIntervalSince1970: 1_700_003_600)
    #expect(refusal(token, at: end) == .expired)
    _ = try verifier.verify(token, at: end - 0.001)
    #expect(verifier.rememberedCount == 1)
    #expect(refusal(token, at: end) == .expired)
    #expect(verifier.rememberedCount == 0)
  }

  @Test func leewayHelpsBothWays() throws {
    let lenient = TokenVerifier(
      keys: KeySet([key.publicKey]), rules: TokenRules(issuer: "mailout", audience: "api", leeway: .seconds(30)))
    let token = try signer.sign(claims: Samples.claims(exp: 1_700_003_600, nbf: 1_700_000_000))
    _ = try lenient.verify(token, at: Date(timeIntervalSince1970: 1_700_003_629))
    _ = try lenient.verify(token, at: Date(timeIntervalSince1970: 1_699_999_970))
    #expect(throws: SecurityError.self) { try lenient.verify(token, at: Date(timeIntervalSince1970: 1_700_003_630)) }
    #expect(throws: SecurityError.self) { try lenient.verify(token, at: Date(timeIntervalSince1970: 1_699_999_969)) }
  }

  @Test(arguments: [
    (Samples.claims(exp: nil), SecurityError.Code.expired),
    (Samples.claims(nbf: 1_700_000_001), .notYetValid),
    (Samples.claims(iss: "another"), .wrongIssuer),
    (Samples.claims(iss: nil), .wrongIssuer),
    (Samples.claims(aud: #""another""#), .wrongAudience),
    (Samples.claims(aud: #"["another","apis"]"#), .wrongAudience),
    (Samples.claims(aud: nil), .wrongAudience),
    (Samples.claims(aud: "7"), .malformedToken),
    (Array(#"{"iss":"mailout","aud":"api","exp":"tomorrow"}"#.utf8), .malformedToken),
    (Array("[]".utf8), .malformedToken),
    (Array("not JSON".utf8), .malformedToken),
  ])
  func claimsAreChecked(claims: [UInt8], code: SecurityError.Code) throws {
    #expect(refusal(try signer.sign(claims: claims)) == code)
  }

  @Test func audienceMayBeAList() throws {
    let claims = Samples.claims(aud: #"["other","api"]"#)
    #expect(try verifier.verify(try signer.sign(claims: claims), at: Samples.now) == claims)
  }

  @Test func anotherKeysTokenIsRefused() throws {
    let stranger = try SigningKey.generate()
    #expect(refusal(try TokenSigner(key: stranger).sign(claims: Samples.claims())) == .unknownKey)
    let forged = try CompactToken.sign(Samples.claims(), with: stranger.key, .es256, keyID: key.id)
    #expect(refusal(forged) == .badSignature)
    let nameless = try CompactToken.sign(Samples.claims(), with: key.key, .es256)
    #expect(refusal(nameless) == .unknownKey)
  }

  @Test func anythingTamperedWithIsRefused() throws {
    let token = try signer.sign(claims: Samples.claims())
    let parts = token.split(separator: ".").map(String.init)
    let richer = Base64URL.encode(Array(#"{"sub":"admin","iss":"mailout","aud":"api","exp":1700003600}"#.utf8))
    #expect(refusal("\(parts[0]).\(richer).\(parts[2])") == .badSignature)
    // A changed bit anywhere in the signature, and a signature that grew by a byte or lost one.
    let signature = try #require(Base64URL.decode(parts[2]))
    for index in [0, 31, 32, 63] {
      var changed = signature
      changed[index] ^= 1
      #expect(refusal("\(parts[0]).\(parts[1]).\(Base64URL.encode(changed))") == .badSignature)
    }
    #expect(refusal("\(parts[0]).\(parts[1]).\(Base64URL.encode(signature + [0]))") == .badSignature)
    #expect(refusal("\(parts[0]).\(parts[1]).\(Base64URL.encode(signature.dropLast()))") == .badSignature)
    #expect(refusal("\(parts[0]).\(parts[1]).") == .badSignature)
    // The same 64 bytes in another spelling: 86 characters leave four bits over.
    let last = try #require(["A": "B", "Q": "R", "g": "h", "w": "x"][parts[2].suffix(1)])
    #expect(refusal(token.dropLast() + last) == .malformedToken)
  }

  @Test func algorithmsAreNotTheTokensChoice() throws {
    let claims = Samples.claims()
    for name in ["none", "HS256"] {
      let token = Samples.token(header: #"{"alg":"\#(name)","kid":"\#(key.id)"}"#, claims: claims)
      #expect(refusal(token) == .algorithmRefused, "\(name)")
    }
    // The public key as the secret of an HMAC: the classic confusion.
    let secret = try JoseKey.fromSecret(try key.publicKey.key.json(private: false))
    let confused = try CompactToken.sign(claims, with: secret, .hs256, keyID: key.id)
    #expect(refusal(confused) == .algorithmRefused)
    for name in ["NONE", "nOnE", "ES257", ""] {
      let token = Samples.token(header: #"{"alg":"\#(name)","kid":"\#(key.id)"}"#, claims: claims)
      #expect(refusal(token) == .malformedToken, "\(name)")
    }
    #expect(refusal(Samples.token(header: #"{"alg":"ES256","crit":["b64"]}"#, claims: claims)) == .malformedToken)
  }

  @Test(arguments: [
    "", ".", "..", "a.b", "a.b.c", "a.b.c.d", "e30.e30.e30", "é.e30.e30", "e30=.e30.e30",
    "eyJhbGciOiJFUzI1NiJ9.e30.AA.AA", String(repeating: "a", count: 9000),
  ])
  func garbageIsRefused(token: String) {
    #expect(refusal(token) == .malformedToken)
  }

  @Test func overlongTokensAreRefused() throws {
    let claims = Samples.claims(iss: String(repeating: "m", count: 6200))
    #expect(refusal(try signer.sign(claims: claims)) == .malformedToken)
  }

  @Test func keysRotate() throws {
    let next = try SigningKey.generate()
    let old = try signer.sign(claims: Samples.claims())
    let new = try TokenSigner(key: next).sign(claims: Samples.claims())
    #expect(refusal(new) == .unknownKey)
    verifier.replaceKeys(KeySet([key.publicKey, next.publicKey]))
    _ = try verifier.verify(old, at: Samples.now)
    _ = try verifier.verify(new, at: Samples.now)
    verifier.replaceKeys(KeySet([next.publicKey]))
    #expect(refusal(old) == .unknownKey, "though it was remembered")
    _ = try verifier.verify(new, at: Samples.now)
  }

  @Test func rememberingIsBounded() throws {
    let small = TokenVerifier(keys: KeySet([key.publicKey]), rules: Samples.rules, cacheCapacity: 8)
    for second in 0..<40 {
      let token = try signer.sign(claims: Samples.claims(exp: 1_700_003_600 + Double(second)))
      _ = try small.verify(token, at: Samples.now)
      #expect(small.rememberedCount <= 8)
    }
    #expect(small.rememberedCount >= 4)
  }

  @Test func manyThreadsShareOneVerifier() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for second in 0..<64 {
        group.addTask { [signer, verifier] in
          let claims = Samples.claims(exp: 1_700_003_600 + Double(second / 4))
          let payload = try verifier.verify(try signer.sign(claims: claims), at: Samples.now)
          #expect(payload == claims)
        }
      }
      try await group.waitForAll()
    }
  }
}
