import FoundationEssentials

/// Whoever can log in as a customer.
struct AccountRecord: Sendable, Equatable {
  var customerID: Int64
  var uuid: UUID
  var email: String
  var language: String?
  /// Argon2id.
  var passwordHash: String
}
