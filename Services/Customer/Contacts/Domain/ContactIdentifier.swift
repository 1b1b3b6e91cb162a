import Contracts

/// A value that a contact is found by.
struct ContactIdentifier: Sendable, Hashable {
  let name: String
  /// As it is compared.
  let value: String
  let isUnique: Bool

  init(name: String, value: String, isUnique: Bool = false) {
    self.name = name
    self.value = value
    self.isUnique = isUnique
  }

  /// Nil for what says nothing: null, or an empty text.
  init?(_ identifier: ContactField.Identifier, value: JSON) {
    let text: String
    switch value {
    case .string(let string): text = string
    case .integer(let number): text = String(number)
    default: return nil
    }
    guard !text.isEmpty else { return nil }
    self.init(
      name: identifier.name, value: identifier.foldsCase ? ImportRow.fold(text) : text, isUnique: identifier.isUnique)
  }
}
