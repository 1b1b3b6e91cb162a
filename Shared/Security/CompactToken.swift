internal import CJose

/// A token (JWS, compact form) under examination. Nothing in it is to be believed before `payload(verifiedBy:)`.
struct CompactToken: ~Copyable {
  /// Longer texts are refused unread.
  private static let maximumBytes = 8192
  private let pointer: OpaquePointer
  private let signatureLength: Int

  private init(pointer: OpaquePointer, signatureLength: Int) {
    self.pointer = pointer
    self.signatureLength = signatureLength
  }

  /// Takes the text apart. cjose reads base64 loosely, so its alphabet, parts and length are checked before.
  static func parse(_ text: String) throws(SecurityError) -> CompactToken {
    let bytes = Array(text.utf8)
    guard bytes.count <= maximumBytes, bytes.allSatisfy(isAllowed) else { throw malformed() }
    let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 3 else { throw malformed() }
    let pointer = try Jose.call { error in
      bytes.withUnsafeBytes { cjose_jws_import($0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count, &error) }
    } failing: { cause in
      malformed(cause)
    }
    return CompactToken(pointer: pointer, signatureLength: parts[2].count)
  }

  deinit {
    cjose_jws_release(pointer)
  }

  /// `alg` as claimed.
  var algorithm: String? { header("alg") }
  /// `kid` as claimed.
  var keyID: String? { header("kid") }

  /// The payload, once the algorithm is the wanted one and the signature fits the key.
  func payload(verifiedBy key: JoseKey, _ wanted: TokenAlgorithm) throws(SecurityError) -> [UInt8] {
    try expect(wanted)
    guard signatureLength == wanted.signatureLength else {
      throw SecurityError(.badSignature, "the token's signature has the wrong length")
    }
    var error = cjose_err()
    guard cjose_jws_verify(pointer, key.pointer, &error) else {
      throw SecurityError(.badSignature, "the token's signature is wrong")
    }
    var start: UnsafeMutablePointer<UInt8>?
    var count = 0
    guard cjose_jws_get_plaintext(pointer, &start, &count, &error) else { throw Self.malformed() }
    return Array(UnsafeBufferPointer(start: start, count: count))
  }

  /// Refuses every algorithm but one, and headers that demand extensions (`crit`).
  func expect(_ wanted: TokenAlgorithm) throws(SecurityError) {
    guard algorithm == wanted.rawValue else {
      throw SecurityError(.algorithmRefused, "the token is not signed with \(wanted.rawValue)")
    }
    var error = cjose_err()
    if let critical = cjose_header_get_raw(cjose_jws_get_protected(pointer), "crit", &error) {
      cjose_get_dealloc()(critical)
      throw SecurityError(.malformedToken, "the token demands extensions that are not supported")
    }
  }

  private func header(_ name: String) -> String? {
    var error = cjose_err()
    return cjose_header_get(cjose_jws_get_protected(pointer), name, &error).map { String(cString: $0) }
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    byte.isAlphanumeric || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
  }

  private static func malformed(_ cause: String? = nil) -> SecurityError {
    SecurityError(.malformedToken, "not a signed token", cause: cause)
  }
}
