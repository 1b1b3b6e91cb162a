internal import CJose

/// A key of libcjose.
///
/// Unchecked: the object below is never changed once it is made. Signing and verifying only read it (OpenSSL's EC
/// and HMAC calls take it const and keep their own contexts), every call has its own `cjose_err`, header and JWS,
/// OpenSSL's error queue is per thread, and the reference count that cjose does not guard is left at one: Swift
/// counts instead.
final class JoseKey: @unchecked Sendable {
  let pointer: OpaquePointer

  /// Takes over the pointer.
  private init(_ pointer: OpaquePointer) {
    self.pointer = pointer
  }

  deinit {
    cjose_jwk_release(pointer)
  }

  static func generateP256() throws(SecurityError) -> JoseKey {
    JoseKey(
      try Jose.call {
        cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, &$0)
      } failing: { cause in
        SecurityError(.library, "no key could be generated", cause: cause)
      })
  }

  /// From the JSON of an EC key; a point that is not on its curve is refused.
  static func fromJSON(_ json: [UInt8]) throws(SecurityError) -> JoseKey {
    let pointer = try Jose.call { error in
      json.withUnsafeBytes { cjose_jwk_import($0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count, &error) }
    } failing: { cause in
      SecurityError(.malformedKey, "the key is not a usable JWK", cause: cause)
    }
    return JoseKey(pointer)
  }

  static func fromSecret(_ secret: [UInt8]) throws(SecurityError) -> JoseKey {
    JoseKey(
      try Jose.call {
        cjose_jwk_create_oct_spec(secret, secret.count, &$0)
      } failing: { cause in
        SecurityError(.malformedKey, "the secret is not usable as a key", cause: cause)
      })
  }

  /// The key's JSON, with its private part where asked for.
  func json(private includesPrivate: Bool) throws(SecurityError) -> [UInt8] {
    let text = try Jose.call {
      cjose_jwk_to_json(pointer, includesPrivate, &$0)
    } failing: { cause in
      SecurityError(.library, "the key could not be written", cause: cause)
    }
    defer { cjose_get_dealloc()(text) }
    return Array(String(cString: text).utf8)
  }
}
