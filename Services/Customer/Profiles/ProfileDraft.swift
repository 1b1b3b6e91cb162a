import Contracts

/// What is said of a customer who is to have a profile.
struct ProfileDraft: Sendable, Equatable {
  static let maxCustomerID = 255
  /// The languages that a profile may be given.
  static let languages = ["de", "en"]

  var email: EmailAddress
  /// What another system calls the customer.
  var externalID: String?
  var country: String?
  var language: String?

  /// Reads a new profile: `{"email", "customer_id"?, "country"?, "language"?}`.
  /// - Throws: `Problem` with every fault.
  static func read(_ data: JSON) throws(Problem) -> ProfileDraft {
    var reader = FieldReader(data)
    let externalID = reader.string("customer_id", max: maxCustomerID)
    let draft = reader.profile()
    try reader.finish()
    guard var draft else { throw Problem(.malformed, "The data has no email.") }
    draft.externalID = externalID
    return draft
  }

  /// Reads `{"language"}`: the only thing of a profile that changes here.
  static func language(_ changes: JSON) throws(Problem) -> String {
    var reader = FieldReader(changes, at: "/changes")
    let language = reader.string("language", required: true, max: 100)
    try reader.finish()
    guard let language, languages.contains(language.lowercased()) else {
      throw Problem(.invalid, "Supported languages are [\(languages.map { "'\($0)'" }.joined(separator: ", "))]")
    }
    return language
  }

  /// The same as a contact: country and language are those that mailouts choose by.
  var contact: ContactDraft {
    ContactDraft(
      email: ContactGroup.email.completed([
        "primary_email": .string(email.text), "mailing_country": country.map(JSON.string) ?? .null,
        "email_lang": language.map(JSON.string) ?? .null,
      ]))
  }
}

extension FieldReader {
  /// The fields that a profile and a sign-up share; nil without a good address.
  mutating func profile() -> ProfileDraft? {
    let email = self.email("email")
    let country = parsed("country", max: 100, Self.twoLetters)
    let language = parsed("language", max: 100, Self.twoLetters)
    return email.map { ProfileDraft(email: $0, country: country, language: language) }
  }

  mutating func email(_ name: String) -> EmailAddress? {
    parsed(name, required: true, max: 320) { text throws(FieldFault) in try EmailAddress(text) }
  }

  private static func twoLetters(_ text: String) throws(FieldFault) -> String {
    let isFit = text.utf8.allSatisfy { (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) }
    guard isFit, text.utf8.count == 2 else { throw FieldFault("must be two letters, such as de") }
    return text
  }
}
