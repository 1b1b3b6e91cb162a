internal import CSodium

/// The hash under which random secrets (API keys, refresh tokens) are stored and looked up.
///
/// BLAKE2b, 32 bytes. For secrets that are long and random: fast, and still not to be reversed. Passwords need
/// `PasswordHasher`.
public enum SecretDigest {
  public static let byteCount = 32

  /// - Parameter key: optional pepper of 16 to 64 bytes kept outside the database; other lengths are refused as a
  ///   mistake of the program.
  public static func of(_ secret: String, key: [UInt8] = []) -> [UInt8] {
    of(Array(secret.utf8), key: key)
  }

  /// As above, for bytes.
  public static func of(_ secret: [UInt8], key: [UInt8] = []) -> [UInt8] {
    _ = Sodium.ready
    precondition(key.isEmpty || (16...64).contains(key.count), "a digest key has 16 to 64 bytes")
    var digest = [UInt8](repeating: 0, count: byteCount)
    _ = crypto_generichash(&digest, byteCount, secret, UInt64(secret.count), key, key.count)
    return digest
  }
}
