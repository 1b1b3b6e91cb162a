import Contracts

/// The fields that an update (PATCH) names, as in a JSON merge patch (RFC 7396): a field not named stays, null clears.
struct CustomerChanges: Sendable, Equatable {
  /// What becomes of one field.
  enum Change<Value: Sendable & Equatable>: Sendable, Equatable {
    case keep
    case clear
    case set(Value)

    func apply(to value: inout Value?) {
      switch self {
      case .keep: break
      case .clear: value = nil
      case .set(let new): value = new
      }
    }
  }

  var phone = Change<Phone>.keep
  var phoneCode = Change<String>.keep
  var timezone = Change<String>.keep
  var email = Change<EmailAddress>.keep
  var firstName = Change<String>.keep
  var lastName = Change<String>.keep
  /// Merged name by name; a nil value takes the attribute away. Cleared: all of them go.
  var attributes = Change<[String: String?]>.keep
  /// The whole set.
  var tags = Change<[String]>.keep
  /// Cleared: not opted out.
  var optedOut = Change<Bool>.keep

  /// Reads a REST body.
  /// - Throws: `Problem` that names every fault.
  static func read(_ body: JSON, zones: TimeZoneNames) throws(Problem) -> CustomerChanges {
    var reader = FieldReader(body)
    var changes = CustomerChanges()
    let phone = reader.parsed("phone", max: 32) { text throws(FieldFault) in try Phone(text) }
    changes.phone = reader.change("phone", phone)
    let code = reader.parsed("phone_code", max: PhoneCode.maxLength, Phone.code)
    changes.phoneCode = reader.change("phone_code", code)
    let timezone = reader.parsed("timezone", max: TimeZoneNames.maxLength, zones.check)
    changes.timezone = reader.change("timezone", timezone)
    let email = reader.parsed("email", max: 320) { text throws(FieldFault) in try EmailAddress(text) }
    changes.email = reader.change("email", email)
    let firstName = reader.string("first_name", max: FieldRules.maxName)
    changes.firstName = reader.change("first_name", firstName)
    let lastName = reader.string("last_name", max: FieldRules.maxName)
    changes.lastName = reader.change("last_name", lastName)
    let attributes = reader.attributes("attributes", allowNull: true)
    changes.attributes = reader.change("attributes", attributes)
    let tags = reader.tags("tags")
    changes.tags = reader.change("tags", tags)
    let optedOut = reader.bool("opted_out")
    changes.optedOut = reader.change("opted_out", optedOut)
    try reader.finish()
    return changes
  }

  /// A new phone brings its own code, unless one is given with it.
  /// - Throws: `Problem` where the result breaks a rule of the whole customer.
  func applied(to draft: CustomerDraft) throws(Problem) -> CustomerDraft {
    var result = draft
    phone.apply(to: &result.phone)
    if phone != .keep || phoneCode == .clear { result.phoneCode = result.phone?.code }
    if case .set(let code) = phoneCode { result.phoneCode = code }
    timezone.apply(to: &result.timezone)
    email.apply(to: &result.email)
    firstName.apply(to: &result.firstName)
    lastName.apply(to: &result.lastName)
    switch attributes {
    case .keep: break
    case .clear: result.attributes = [:]
    case .set(let members): for (name, value) in members { result.attributes[name] = value }
    }
    switch tags {
    case .keep: break
    case .clear: result.tags = []
    case .set(let all): result.tags = all
    }
    switch optedOut {
    case .keep: break
    case .clear: result.optedOut = false
    case .set(let isOut): result.optedOut = isOut
    }
    guard result.hasAddress else {
      throw Problem.invalid([Problem.Field("/phone", CustomerDraft.addressFault)])
    }
    // Who has too many already can still be changed, and lose some.
    guard result.attributes.count <= max(AttributeRules.maxCount, draft.attributes.count) else {
      throw Problem.invalid([
        Problem.Field("/attributes", "would be more than \(AttributeRules.maxCount) attributes")
      ])
    }
    return result
  }
}

extension FieldReader {
  /// What a field read as `value` means in a merge patch.
  fileprivate func change<Value: Sendable & Equatable>(
    _ name: String, _ value: Value?
  ) -> CustomerChanges.Change<Value> {
    if let value { return .set(value) }
    return isNull(name) ? .clear : .keep
  }
}
