internal import CJose

/// A token (JWS, compact form) under examination. Nothing in it is to be believed before `payload(verifiedBy:)`.
struct CompactToken: ~Copyable {
  /// Longer texts are refused unread.
  private static let maximumBytes = 8192
  private let pointer: OpaquePointer
  private let signatureBytes: Int

  private init(pointer: OpaquePointer, signatureBytes: Int) {
    self.pointer = pointer
    self.signatureBytes = signatureBytes
  }

  /// Takes the text apart. cjose reads base64 loosely and would take several texts for one token, so the parts are
  /// read strictly before.
  static func parse(_ text: String) throws(SecurityError) -> CompactToken {
    guard text.utf8.count <= maximumBytes else { throw malformed() }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { Base64URL.decode(String($0)) }
    guard parts.count == 3, parts.allSatisfy({ $0 != nil }), let signature = parts[2] else { throw malformed() }
    let pointer = try Jose.call {
      cjose_jws_import(text, text.utf8.count, &$0)
    } failing: {
      malformed($0)
    }
    return CompactToken(pointer: pointer, signatureBytes: signature.count)
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
    guard wanted.signatureBytes == nil || signatureBytes == wanted.signatureBytes else {
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

  private static func malformed(_ cause: String? = nil) -> SecurityError {
    SecurityError(.malformedToken, "not a signed token", cause: cause)
  }
}
