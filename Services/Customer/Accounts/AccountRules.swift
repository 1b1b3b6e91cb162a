import Contracts
import Security

/// How customers' passwords may be, and what counts as the same account.
enum AccountRules {
  /// The fewest characters (NIST SP 800-63B, 5.1.1.2).
  static let minPassword = 8
  static let maxPassword = PasswordHasher.maximumBytes

  static func checkNew(_ password: String) throws(FieldFault) {
    guard password.unicodeScalars.count >= minPassword else {
      throw FieldFault("must have at least \(minPassword) characters")
    }
    guard password.utf8.count <= maxPassword else { throw FieldFault("must have at most \(maxPassword) bytes") }
  }

  /// The account as `LoginThrottle` knows it, whether there is one or not.
  static func subject(_ email: String) -> String { ProfileOwner.namespace + email }

  /// The address of who tries, as `LoginThrottle` knows it: customers who fail keep no operator behind the same out.
  static func place(_ origin: String?) -> String? { origin.map { ProfileOwner.namespace + $0 } }
}

extension FieldReader {
  /// One that is to be a password from now on. What is told of it never quotes it.
  mutating func newPassword(_ name: String) -> String? {
    parsed(name, required: true, max: AccountRules.maxPassword) { text throws(FieldFault) in
      try AccountRules.checkNew(text)
      return text
    }
  }
}
