/// Keeps texts in CSV files from being run by spreadsheets, which take what begins with =, +, -, @, a tab or a line end
/// for a formula. Such a text gets an apostrophe before it, and loses it when it is imported.
///
/// Apostrophes that were there before such a character are kept apart by one more, so that nothing is changed by the way
/// out and in again.
enum FormulaGuard {
  private static let apostrophe = UInt8(ascii: "'")

  /// The text as it goes into a file.
  static func guarded(_ text: String) -> String { isFormula(text.utf8[...]) ? "'" + text : text }

  /// The text that a file's field stands for.
  static func bare(_ text: String) -> String {
    guard text.utf8.first == apostrophe, isFormula(text.utf8.dropFirst()) else { return text }
    return String(text.dropFirst())
  }

  /// Apostrophes or none, and then a character that begins a formula.
  private static func isFormula(_ text: Substring.UTF8View) -> Bool {
    guard let first = text.first(where: { $0 != apostrophe }) else { return false }
    switch first {
    case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"), 0x09, 0x0A, 0x0D: return true
    default: return false
    }
  }
}
