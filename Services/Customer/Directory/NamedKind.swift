import Contracts

/// A kind of thing that customers have by its name: tags, phone codes, time zones. All are kept and served alike.
struct NamedKind: Sendable {
  /// In words.
  let what: String
  /// The member of bodies that holds the name.
  let field: String
  /// Trusted text.
  let table: String
  /// The column of customers that holds the name; nil for tags, which are linked by id.
  let column: String?
  let maxLength: Int
  let check: @Sendable (String) throws(FieldFault) -> String
  let events: (created: EventType, updated: EventType, deleted: EventType)

  static let tag = NamedKind(
    what: "tag", field: "tag", table: "customer.tag", column: nil, maxLength: TagRules.maxLength,
    check: { text throws(FieldFault) in try TagRules.check(text) },
    events: (.tagCreated, .tagUpdated, .tagDeleted))

  static let phoneCode = NamedKind(
    what: "phone code", field: "phone_code", table: "customer.phone_code", column: "phone_code",
    maxLength: PhoneCode.maxLength, check: { text throws(FieldFault) in try Phone.code(text) },
    events: (.phoneCodeCreated, .phoneCodeUpdated, .phoneCodeDeleted))

  static func timezone(_ zones: TimeZoneNames) -> NamedKind {
    NamedKind(
      what: "time zone", field: "timezone", table: "customer.timezone", column: "timezone",
      maxLength: TimeZoneNames.maxLength, check: { text throws(FieldFault) in try zones.check(text) },
      events: (.timezoneCreated, .timezoneUpdated, .timezoneDeleted))
  }

  /// Reads a body: `{"<field>": name}`.
  func name(in body: JSON) throws(Problem) -> String {
    var reader = FieldReader(body)
    let name = reader.parsed(field, required: true, max: maxLength, check)
    try reader.finish()
    guard let name else { throw Problem.invalid([Problem.Field("/\(field)", "is required")]) }
    return name
  }
}
