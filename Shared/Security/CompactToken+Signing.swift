internal import CJose

extension CompactToken {
  /// Signs the payload and answers the compact form. `keyID` becomes `kid`.
  static func sign(
    _ payload: [UInt8], with key: JoseKey, _ algorithm: TokenAlgorithm, keyID: String? = nil
  ) throws(SecurityError) -> String {
    func failed(_ cause: String) -> SecurityError {
      SecurityError(.library, "a token could not be signed", cause: cause)
    }
    let header = try Jose.call {
      cjose_header_new(&$0)
    } failing: {
      failed($0)
    }
    defer { cjose_header_release(header) }
    let fields = [("alg", algorithm.rawValue), ("typ", "JWT")] + (keyID.map { [("kid", $0)] } ?? [])
    for (name, value) in fields {
      _ = try Jose.call {
        cjose_header_set(header, name, value, &$0) ? true : nil
      } failing: {
        failed($0)
      }
    }
    let token = try Jose.call { error in
      cjose_jws_sign(key.pointer, header, payload, payload.count, &error)
    } failing: {
      failed($0)
    }
    defer { cjose_jws_release(token) }
    return try Jose.call { error in
      var text: UnsafePointer<CChar>?
      guard cjose_jws_export(token, &text, &error), let text else { return nil }
      return String(cString: text)
    } failing: {
      failed($0)
    }
  }
}
