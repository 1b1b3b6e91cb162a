internal import CSodium

/// Base64 with the URL alphabet and no padding (RFC 4648, section 5), as JOSE and our tokens use it.
public enum Base64URL {
  public static func encode(_ bytes: [UInt8]) -> String {
    _ = Sodium.ready
    let capacity = (bytes.count * 4 + 2) / 3 + 1
    return String(unsafeUninitializedCapacity: capacity) { buffer in
      buffer.withMemoryRebound(to: CChar.self) { text in
        _ = sodium_bin2base64(
          text.baseAddress!, capacity, bytes, bytes.count, sodium_base64_VARIANT_URLSAFE_NO_PADDING)
      }
      return capacity - 1
    }
  }

  /// The bytes; nil where the text has a foreign character, padding, or stray bits at its end.
  public static func decode(_ text: String) -> [UInt8]? {
    _ = Sodium.ready
    let count = text.utf8.count
    var bytes = [UInt8](repeating: 0, count: count * 3 / 4)
    var written = 0
    // Without an end pointer the whole text must be readable.
    let status = sodium_base642bin(
      &bytes, bytes.count, text, count, nil, &written, nil, sodium_base64_VARIANT_URLSAFE_NO_PADDING)
    guard status == 0 else { return nil }
    bytes.removeLast(bytes.count - written)
    return bytes
  }
}
