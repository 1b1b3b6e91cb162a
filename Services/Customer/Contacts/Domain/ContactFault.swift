import Contracts

/// Why a value is not one of its field, in the words that programs which speak to contacts know already.
struct ContactFault: Error, Equatable {
  /// Its stable name: "string_too_long".
  var kind: String
  var message: String

  init(_ kind: String, _ message: String) {
    self.kind = kind
    self.message = message
  }

  static let missing = ContactFault("missing", "Field required")
  static let string = ContactFault("string_type", "Input should be a valid string")
  static let object = ContactFault(
    "model_attributes_type", "Input should be a valid dictionary or object to extract fields from")
  static let list = ContactFault("list_type", "Input should be a valid list")

  /// A rule beyond the type.
  static func rule(_ message: String) -> ContactFault { ContactFault("value_error", "Value error, \(message)") }

  /// - Parameters:
  ///   - pointer: into the operation's data: "/body/email/primary_email".
  ///   - input: the value at fault; what is missing has the object that lacks it.
  func field(_ pointer: String, _ input: JSON) -> Problem.Field {
    Problem.Field(pointer, message, kind: kind, input: input.excerpt())
  }
}

extension JSON {
  /// The value as it may be told back: long texts cut off, and what is large left out.
  func excerpt(depth: Int = 3) -> JSON {
    switch self {
    case .string(let text): .string(text.utf8.count > 256 ? String(text.prefix(200)) + "…" : text)
    case .array(let elements):
      depth == 0 ? [] : .array(elements.prefix(20).map { $0.excerpt(depth: depth - 1) })
    case .object(let members):
      depth == 0
        ? [:]
        : .object(
          Dictionary(
            uniqueKeysWithValues: members.sorted { $0.key < $1.key }.prefix(40)
              .filter { $0.key.utf8.count <= 256 }.map { ($0.key, $0.value.excerpt(depth: depth - 1)) }))
    default: self
    }
  }
}
