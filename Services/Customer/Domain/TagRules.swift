/// Tags are free labels: 1 to 64 characters, no ";" (it separates them in CSV), no spaces at the ends.
enum TagRules {
  static let maxCount = 64
  static let maxLength = 64

  static func check(_ tag: String) throws(FieldFault) -> String {
    if let fault = FieldRules.fault(in: tag, max: maxLength, allowEmpty: false) { throw FieldFault(fault) }
    guard !tag.utf8.contains(UInt8(ascii: ";")) else { throw FieldFault("must not contain \";\"") }
    guard tag.first?.isWhitespace == false, tag.last?.isWhitespace == false else {
      throw FieldFault("must not begin or end with a space")
    }
    return tag
  }

  /// Each tag once, in the order of their bytes, which is how the database orders them too.
  static func normalise(_ tags: [String]) -> [String] {
    Set(tags).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}
