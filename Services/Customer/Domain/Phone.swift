/// A phone number in E.164 form, digits alone: "79161234567".
struct Phone: Sendable, Hashable {
  let digits: String

  /// Accepts 7 to 15 digits with the country code first, and a "+" before them.
  init(_ text: some StringProtocol) throws(FieldFault) {
    var bytes = Substring(text).utf8
    if bytes.first == UInt8(ascii: "+") { bytes.removeFirst() }
    guard bytes.allSatisfy({ (0x30...0x39).contains($0) }) else {
      throw FieldFault(
        "must be 7 to 15 digits such as 79161234567, a \"+\" before them at most; no spaces, dashes or brackets")
    }
    guard (7...15).contains(bytes.count) else {
      throw FieldFault("must have 7 to 15 digits, country code included; it has \(bytes.count)")
    }
    guard bytes.first != UInt8(ascii: "0") else {
      throw FieldFault("must begin with the country code, not with 0")
    }
    digits = String(Substring(bytes))
  }

  /// The operator code, where the numbering plan has one we know: the three digits after a Russian 7.
  var code: String? {
    guard digits.utf8.count == 11, digits.utf8.first == UInt8(ascii: "7") else { return nil }
    return String(digits.dropFirst().prefix(3))
  }

  /// A code given by hand: three digits.
  static func code(_ text: String) throws(FieldFault) -> String {
    guard text.utf8.count == 3, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      throw FieldFault("must be a string of 3 digits")
    }
    return text
  }
}
