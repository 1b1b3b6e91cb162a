import Testing

@testable import Security

@Suite struct SecretTests {
  @Test(arguments: [([], ""), ([0], "AA"), ([0xfb, 0xff], "-_8"), ([1, 2, 3], "AQID")] as [([UInt8], String)])
  func base64URL(bytes: [UInt8], text: String) {
    #expect(Base64URL.encode(bytes) == text)
    #expect(Base64URL.decode(text) == bytes)
  }

  @Test(arguments: ["A", "AA==", "AA=", "+/8", "A A", "AB", "AA\n", "é", "AQI.", "AQID\0"])
  func base64URLIsStrict(text: String) {
    #expect(Base64URL.decode(text) == nil)
  }

  @Test func digestsAreBLAKE2b() {
    let plain = SecretDigest.of("secret")
    #expect(plain.hex == "ae4aafb3c7d8616b739f05a30d06b4e2236fdea712168159f346e8a3efd57d9e")
    #expect(
      SecretDigest.of("secret", key: Array(0..<16)).hex
        == "388ef5849b511ff12cee7c0d8a5a28d63dbcb0233a7232ccb0a9f4d3e10bbf8a")
  }

  @Test func comparesInConstantTime() {
    #expect(ConstantTime.equal("same", "same"))
    #expect(ConstantTime.equal("", ""))
    #expect(!ConstantTime.equal("same", "sane"))
    #expect(!ConstantTime.equal("same", "sameness"))
    #expect(!ConstantTime.equal([1, 2], []))
  }

  @Test func randomValuesHaveTheirShape() {
    #expect(SecureRandom.bytes(0).isEmpty)
    #expect(SecureRandom.bytes(32) != SecureRandom.bytes(32))
    #expect(SecureRandom.token().utf8.count == 43)
    #expect(Base64URL.decode(SecureRandom.token(bytes: 16))?.count == 16)
    #expect(SecureRandom.alphanumeric(100).utf8.count == 100)
  }

  @Test func apiKeysComeBack() throws {
    let key = APIKey.generate()
    let read = try #require(APIKey(key.text))
    #expect(read.prefix == key.prefix && read.digest == key.digest)
    #expect(key.prefix.utf8.count == 8 && key.text.utf8.count == 41 && key.text.hasPrefix("\(key.prefix)."))
    #expect("\(key)" == "\(key.prefix).***")
    #expect(APIKey.generate().text != key.text)
  }

  @Test(arguments: [
    "", "abcdefgh", "abcdefgh.", "abcdefgh.0123456789012345678901234567890",
    "abcdefgh.012345678901234567890123456789012", "abcdefgh-01234567890123456789012345678901",
    "abc.efgh.01234567890123456789012345678901", "äbcdefg.01234567890123456789012345678901",
  ])
  func otherTextsAreNoAPIKeys(text: String) {
    #expect(APIKey(text) == nil)
  }
}

extension [UInt8] {
  fileprivate var hex: String { map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
}
