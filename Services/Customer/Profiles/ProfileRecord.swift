import Contracts
import FoundationEssentials

/// A customer as customers themselves see one: by e-mail address.
struct ProfileRecord: Sendable, Equatable {
  var id: Int64
  var uuid: UUID
  /// What another system calls the customer; nil where none does.
  var externalID: String?
  var email: String
  /// Of two letters where it was given here; other programs that keep contacts have their own.
  var country: String?
  var language: String?
  var updatedAt: Date

  var uuidText: String { uuid.uuidString.lowercased() }

  /// `{"id", "customer_id", "email", "country", "language", "timestamp"}`
  var json: JSON {
    [
      "id": .integer(id), "customer_id": .string(externalID ?? uuidText), "email": .string(email),
      "country": country.map(JSON.string) ?? .null, "language": language.map(JSON.string) ?? .null,
      "timestamp": .instant(updatedAt),
    ]
  }
}
