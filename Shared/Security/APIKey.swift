/// An API key: an 8-character prefix to find it by and a 32-character secret, written `prefix.secret`.
///
/// Store the prefix and `digest`; the text is shown to its owner once.
public struct APIKey: Sendable, CustomStringConvertible {
  /// Not secret; names the key in lists and logs.
  public let prefix: String
  /// The whole key, as it stands in `Authorization: Api-Key …`.
  public let text: String

  /// A new key: 190 bits of randomness in the secret.
  public static func generate() -> APIKey {
    let prefix = SecureRandom.alphanumeric(8)
    return APIKey(prefix: prefix, text: "\(prefix).\(SecureRandom.alphanumeric(32))")
  }

  /// Reads what a caller presents; nil where it has not the form of a key.
  public init?(_ text: String) {
    let characters = Array(text.utf8)
    guard characters.count == 41, characters[8] == UInt8(ascii: ".") else { return nil }
    guard (characters[..<8] + characters[9...]).allSatisfy(Self.isAlphanumeric) else { return nil }
    self.init(prefix: String(text.prefix(8)), text: text)
  }

  private init(prefix: String, text: String) {
    self.prefix = prefix
    self.text = text
  }

  /// What is stored and compared; see `SecretDigest`.
  public var digest: [UInt8] { SecretDigest.of(text) }

  /// The prefix alone.
  public var description: String { "\(prefix).***" }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    let character = Character(Unicode.Scalar(byte))
    return character.isASCII && (character.isLetter || character.isNumber)
  }
}
