internal import CSodium

/// Random values nobody can guess, from the kernel's generator.
public enum SecureRandom {
  public static func bytes(_ count: Int) -> [UInt8] {
    _ = Sodium.ready
    var bytes = [UInt8](repeating: 0, count: count)
    randombytes_buf(&bytes, count)
    return bytes
  }

  /// A base64url text of so many random bytes: refresh tokens, one-time tokens, client secrets.
  public static func token(bytes count: Int = 32) -> String {
    Base64URL.encode(bytes(count))
  }

  /// So many letters and digits, each equally likely.
  public static func alphanumeric(_ count: Int) -> String {
    _ = Sodium.ready
    let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
    let characters = (0..<count).map { _ in alphabet[Int(randombytes_uniform(UInt32(alphabet.count)))] }
    return String(decoding: characters, as: UTF8.self)
  }
}
