import Contracts

/// What an administrator orders of an operator.
struct OperatorDraft: Sendable, Equatable {
  var username: String
  var role: Role
  var isDisabled = false
  /// nil where the present one stays.
  var password: String?

  /// Reads a new operator: `{"username", "role", "password", "disabled"?}`.
  /// - Throws: `Problem` with every fault; none of them quotes the password.
  static func read(_ body: JSON) throws(Problem) -> OperatorDraft {
    var reader = FieldReader(body)
    reader.refuseNull("disabled")
    let username = reader.parsed("username", required: true, max: OperatorRules.maxUsername) {
      text throws(FieldFault) in
      try OperatorRules.checkUsername(text)
      return text
    }
    let role = reader.role("role", required: true)
    let password = reader.password("password", required: true)
    let isDisabled = reader.bool("disabled") ?? false
    try reader.finish()
    guard let username, let role, let password else { throw Problem(.malformed, "The data lacks fields.") }
    return OperatorDraft(username: username, role: role, isDisabled: isDisabled, password: password)
  }

  /// A stored operator with the fields of a PATCH changed.
  static func changed(_ record: OperatorRecord, by changes: JSON) throws(Problem) -> OperatorDraft {
    var draft = OperatorDraft(username: record.username, role: record.role, isDisabled: record.isDisabled)
    var reader = FieldReader(changes)
    reader.refuseNull("role", "password", "disabled")
    if let role = reader.role("role") { draft.role = role }
    draft.password = reader.password("password")
    if let disabled = reader.bool("disabled") { draft.isDisabled = disabled }
    if record.isExternal {
      for name in ["role", "password"] where reader.has(name) {
        reader.fail(name, "is the OpenID Connect provider's, through which this operator logs in")
      }
    }
    try reader.finish()
    return draft
  }
}

extension FieldReader {
  fileprivate mutating func role(_ name: String, required: Bool = false) -> Role? {
    parsed(name, required: required, max: 20) { text throws(FieldFault) in
      guard let role = Role(rawValue: text) else {
        throw FieldFault("must be one of \(Role.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      return role
    }
  }

  fileprivate mutating func password(_ name: String, required: Bool = false) -> String? {
    parsed(name, required: required, max: OperatorRules.maxPassword) { text throws(FieldFault) in
      guard text.count >= OperatorRules.minChosenPassword else {
        throw FieldFault("must have at least \(OperatorRules.minChosenPassword) characters")
      }
      try OperatorRules.checkPassword(text)
      return text
    }
  }
}
