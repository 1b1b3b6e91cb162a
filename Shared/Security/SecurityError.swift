/// What the security module refuses or cannot do. Never holds a password, a token or a key.
public struct SecurityError: Error, Sendable, CustomStringConvertible {
  public enum Code: Sendable {
    /// Not a compact JWS with a JSON object of claims.
    case malformedToken
    /// `alg` is not the one this verifier takes: `none`, `HS256` where a key pair is asked for, and so on.
    case algorithmRefused
    /// No key of the token's `kid`.
    case unknownKey
    /// The signature does not fit the key and the text.
    case badSignature
    /// `exp` is past, or missing where it must be there.
    case expired
    /// `nbf` is still to come.
    case notYetValid
    /// `iss` is another.
    case wrongIssuer
    /// `aud` does not name us.
    case wrongAudience
    /// Not a key of the kind needed, or one whose parts do not fit each other.
    case malformedKey
    /// Longer than `PasswordHasher.maximumBytes`.
    case passwordTooLong
    /// Too many passwords wait for hashing; try again later.
    case busy
    /// The C library failed, mostly for want of memory.
    case library
  }

  public let code: Code
  public let message: String
  /// What the library below said.
  public let cause: String?

  init(_ code: Code, _ message: String, cause: String? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }

  public var description: String { cause.map { "\(message) (\($0))" } ?? message }
}
