/// One good line of an import. What is nil was not given and leaves a known customer's field as it is.
struct ImportRow: Sendable, Equatable {
  var line: Int
  var phone: Phone?
  /// Only where the line gives one; see `derivedCode`.
  var phoneCode: String?
  /// The phone's own, for a customer who is new and whose line gives none.
  var derivedCode: String?
  var timezone: String?
  var email: EmailAddress?
  var firstName: String?
  var lastName: String?
  var attributes: [String: String] = [:]
  /// Replaces the customer's tags.
  var tags: [String]?
  var optedOut: Bool?

  init(line: Int) {
    self.line = line
  }

  /// The code of a customer who is new.
  var effectiveCode: String? { phoneCode ?? derivedCode }

  /// Whether a customer may have the attributes of both lines.
  func hasRoom(for later: ImportRow) -> Bool {
    attributes.count + later.attributes.count <= AttributeRules.maxCount
      || attributes.merging(later.attributes) { $1 }.count <= AttributeRules.maxCount
  }

  /// What this line and then `later` do to one customer.
  mutating func merge(_ later: ImportRow) {
    phoneCode = later.phoneCode ?? phoneCode
    timezone = later.timezone ?? timezone
    email = later.email ?? email
    firstName = later.firstName ?? firstName
    lastName = later.lastName ?? lastName
    attributes.merge(later.attributes) { _, new in new }
    tags = later.tags ?? tags
    optedOut = later.optedOut ?? optedOut
    line = later.line
  }
}

/// One fault of one line.
struct ImportFault: Codable, Sendable, Equatable {
  var line: Int
  /// The field at fault; nil where it is the line as a whole.
  var field: String?
  var detail: String
}
