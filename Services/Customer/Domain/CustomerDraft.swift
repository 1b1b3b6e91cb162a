import Contracts

/// Everything a caller says of a customer: the state a customer gets by create and replace.
struct CustomerDraft: Sendable, Equatable {
  var phone: Phone?
  /// See `PhoneCode`; derived from the phone where none is given.
  var phoneCode: String?
  /// A name of the tz database.
  var timezone: String?
  var email: EmailAddress?
  var firstName: String?
  var lastName: String?
  var attributes: [String: String] = [:]
  /// Each once, in order.
  var tags: [String] = []
  /// Whether they want no messages; nil leaves it as it is, since nobody should be opted in again by an omission.
  var optedOut: Bool?

  /// Reads a REST body.
  /// - Throws: `Problem` that names every fault.
  static func read(_ body: JSON, zones: TimeZoneNames) throws(Problem) -> CustomerDraft {
    var reader = FieldReader(body)
    var draft = CustomerDraft()
    draft.phone = reader.parsed("phone", max: 32) { text throws(FieldFault) in try Phone(text) }
    draft.phoneCode = reader.parsed("phone_code", max: PhoneCode.maxLength, Phone.code)
    draft.timezone = reader.parsed("timezone", max: TimeZoneNames.maxLength, zones.check)
    draft.email = reader.parsed("email", max: 320) { text throws(FieldFault) in try EmailAddress(text) }
    draft.firstName = reader.string("first_name", max: FieldRules.maxName)
    draft.lastName = reader.string("last_name", max: FieldRules.maxName)
    draft.attributes = (reader.attributes("attributes") ?? [:]).compactMapValues { $0 }
    draft.tags = reader.tags("tags") ?? []
    draft.optedOut = reader.bool("opted_out")
    if reader.errors.isEmpty && !draft.hasAddress { reader.fail("phone", Self.addressFault) }
    try reader.finish()
    if draft.phoneCode == nil { draft.phoneCode = draft.phone?.code }
    return draft
  }

  /// Whether there is any way to write to this customer.
  var hasAddress: Bool { phone != nil || email != nil }

  static let addressFault = "is required where there is no email"
}
