/// What a customer's own attributes may be called and hold: texts use them as `{{name}}`.
enum AttributeRules {
  static let maxCount = 64
  static let maxNameLength = 64
  static let maxValueLength = 1024

  /// What is wrong with a line of an import that brings too many.
  static let overflow = "the customer would have more than \(maxCount) attributes"

  /// Names a customer has anyway, or that answers use.
  static let reserved: Set<String> = [
    "id", "uuid", "phone", "phone_code", "timezone", "email", "first_name", "last_name", "attributes", "tags",
    "tag_ids", "opted_out", "revision", "created_at", "updated_at",
  ]

  static func checkName(_ name: String) throws(FieldFault) {
    guard (1...maxNameLength).contains(name.utf8.count), let first = name.utf8.first, isLetter(first),
      name.utf8.allSatisfy({ isLetter($0) || (0x30...0x39).contains($0) })
    else {
      throw FieldFault(
        "an attribute's name has 1 to \(maxNameLength) letters, digits and underscores, and begins with no digit")
    }
    guard !reserved.contains(name) else { throw FieldFault("is the name of a field and cannot be an attribute") }
  }

  /// What is wrong with a value, or nil.
  static func fault(inValue value: String) -> String? {
    FieldRules.fault(in: value, max: maxValueLength, allowEmpty: true)
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == UInt8(ascii: "_")
  }
}
