import Contracts

/// Rules of plain texts.
enum FieldRules {
  static let maxName = 255

  /// What is wrong with a text, or nil. Checks the usual, plain ASCII, without looking at characters.
  static func fault(in text: String, max: Int, allowEmpty: Bool) -> String? {
    let count = text.utf8.count
    let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    if isPlain && count <= max && count > 0 { return nil }
    return FieldReader.fault(in: text, max: max, allowEmpty: allowEmpty)
  }
}
