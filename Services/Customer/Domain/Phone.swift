import Contracts
import PhoneNumbers

/// A phone number in E.164 form, digits alone: "79161234567". Any country's, by the rules of `PhoneNumber`.
struct Phone: Sendable, Hashable {
  let digits: String

  /// Accepts digits with the country code first; or a "+", and then spaces, dashes, dots and brackets between them too.
  ///
  /// National forms ("8 (916) 123-45-67") are refused: without a country nobody could know whose number it is, and
  /// guessing would send a message to somebody else.
  init(_ text: some StringProtocol) throws(FieldFault) {
    let text = Substring(text)
    let isMarked = text.utf8.first == UInt8(ascii: "+")
    let bare = isMarked ? try Self.stripped(text.dropFirst()) : text
    guard bare.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      throw FieldFault(
        "must be digits with the country code first, such as 79161234567, or begin with \"+\", such as +7 916 123-45-67"
      )
    }
    guard bare.utf8.first != UInt8(ascii: "0") else {
      throw FieldFault("must begin with the country code, not with 0")
    }
    do throws(PhoneNumberFault) {
      digits = try PhoneNumber(digits: bare.utf8).digits
    } catch {
      throw Self.fault(error, count: bare.utf8.count)
    }
  }

  /// The number without what people write between its digits. Brackets and the like need the "+", since that is how a
  /// number in its national form is told from one with a country code.
  private static func stripped(_ text: Substring) throws(FieldFault) -> Substring {
    guard text.utf8.count <= 32 else { throw FieldFault("must have at most 33 characters") }
    let separators = " -.()".utf8
    let digits = text.utf8.filter { !separators.contains($0) }
    return Substring(decoding: digits, as: UTF8.self)
  }

  private static func fault(_ fault: PhoneNumberFault, count: Int) -> FieldFault {
    switch fault {
    case .noCountry: FieldFault("must begin with a country code; no country has the one it begins with")
    case .tooShort: FieldFault("has too few digits for its country: \(count), country code included")
    case .tooLong: FieldFault("has too many digits for its country: \(count), country code included")
    case .wrongLength: FieldFault("has \(count) digits, country code included, which no number of its country has")
    case .unreadable: FieldFault("is no phone number")
    }
  }

  /// The operator or area code, as `PhoneCode` has it: the three digits after a 7; for other countries what the library
  /// knows as the national destination code, nil where it knows none.
  var code: String? {
    if digits.utf8.count == 11, digits.utf8.first == UInt8(ascii: "7") { return String(digits.dropFirst().prefix(3)) }
    guard let number = try? PhoneNumber(digits: digits[...].utf8) else { return nil }
    let (country, code) = number.destination
    return code.map { "\(country)-\($0)" }
  }

  /// A code given by hand.
  static func code(_ text: String) throws(FieldFault) -> String {
    if let fault = PhoneCode.fault(in: text) { throw FieldFault(fault) }
    return text
  }
}
