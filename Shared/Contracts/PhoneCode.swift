/// What a phone code may be: the operator or area code by which customers are selected.
///
/// Three digits are a code of the country code 7, as in "916" of +7 916 123-45-67. Codes of other countries have the
/// country code before them, since they differ in length and would be equal to one another: "1-916" of +1 916 555-0100,
/// "49-1511" of +49 1511 2345678.
public enum PhoneCode {
  public static let maxLength = 12

  /// What is wrong with a code, in words that follow the field's name; nil where nothing is.
  public static func fault(in text: String) -> String? {
    let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    let isRight =
      switch parts.count {
      case 1: isDigits(parts[0], 3...3)
      case 2: isDigits(parts[0], 1...3) && parts[0].first != UInt8(ascii: "0") && isDigits(parts[1], 1...8)
      default: false
      }
    return isRight
      ? nil : "must be a string of 3 digits, or for other countries than 7 such as 49-1511, with the country code"
  }

  private static func isDigits(_ part: Substring.UTF8View, _ count: ClosedRange<Int>) -> Bool {
    count.contains(part.count) && part.allSatisfy { (0x30...0x39).contains($0) }
  }
}
