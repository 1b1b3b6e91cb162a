import Contracts

/// One field of a contact group: its type, its limits, and what it is where nobody has said. The fixed groups and those
/// that an admin defines are made of the same fields.
struct ContactField: Sendable, Equatable {
  enum Kind: String, Sendable, CaseIterable {
    case string, boolean, integer, date, datetime, uuid, email, url
    /// "fr", "en-US"; or empty.
    case language
    /// Any JSON object of a bounded size.
    case object
  }

  /// That contacts are found by a field.
  struct Identifier: Sendable, Equatable {
    /// The query's parameter: "amo_user_id".
    var name: String
    /// No two contacts have the same.
    var isUnique = false
    /// Compared without regard to case.
    var foldsCase = false
  }

  var name: String
  var kind: Kind
  /// Characters.
  var minLength: Int?
  var maxLength: Int?
  /// The only values allowed; empty for any.
  var values: [String] = []
  var minimum: Int64?
  var maximum: Int64?
  /// Whether a contact must be given one.
  var isRequired = false
  /// Null where the field may be null.
  var defaultValue: JSON = .null
  var identifier: Identifier?

  /// Whether null is a value: for all but those that have another default, or must be given.
  var isNullable: Bool { !isRequired && (defaultValue == .null || kind == .language) }

  static let maxText = 10_000

  static func string(
    _ name: String, max: Int = maxText, min: Int? = nil, required: Bool = false, identifier: Identifier? = nil
  ) -> ContactField {
    ContactField(
      name: name, kind: .string, minLength: min, maxLength: max, isRequired: required, identifier: identifier)
  }

  static func boolean(_ name: String, _ value: Bool = false) -> ContactField {
    ContactField(name: name, kind: .boolean, defaultValue: .bool(value))
  }

  static func choice(_ name: String, _ values: [String]) -> ContactField {
    ContactField(name: name, kind: .string, values: values, defaultValue: .string(values.first ?? ""))
  }

  static func language(_ name: String, min: Int? = nil) -> ContactField {
    ContactField(name: name, kind: .language, minLength: min, maxLength: 5, defaultValue: "en")
  }
}
