internal import CPhoneNumber

/// A telephone number of any country, as libphonenumber knows the world's numbering plans.
///
/// It is a *possible* number: its country code exists, and that country has numbers of this length. Whether the range
/// has been given out already is not asked: plans grow faster than libraries, and nobody's customer may be refused for
/// that.
public struct PhoneNumber: Sendable, Hashable {
  /// E.164 without its plus: country code and number, 7 to 15 ASCII digits.
  public let digits: String

  /// - Parameter digits: ASCII digits with the country code first. A trunk prefix after it ("49 0 151 …") is left out.
  public init(digits: Substring.UTF8View) throws(PhoneNumberFault) {
    if Self.isRussian(digits) {
      self.digits = String(Substring(digits))
    } else {
      self.digits = try Self.read(Array(digits))
    }
    guard (7...15).contains(self.digits.utf8.count) else { throw .wrongLength }
  }

  /// The country calling code and the national destination code of the number: that of its network or its area. The
  /// latter is nil where the plan has none, or the number is of no range that the library knows.
  public var destination: (country: String, code: String?) {
    var code = [CChar](repeating: 0, count: Int(MAILOUT_PHONE_SIZE))
    var text = digits
    let country = text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { mailout_phone_destination($0.baseAddress, $0.count, &code) }
    }
    let digits = Self.text(code)
    return (String(country), digits.isEmpty ? nil : digits)
  }

  /// Country code 7 and ten digits: always possible, always as it stands. Spares the numbers of the largest lists the
  /// library's time; a test holds this against the library.
  static func isRussian(_ digits: Substring.UTF8View) -> Bool {
    digits.count == 11 && digits.first == UInt8(ascii: "7")
  }

  /// What the library makes of the digits.
  static func read(_ digits: [UInt8]) throws(PhoneNumberFault) -> String {
    var canonical = [CChar](repeating: 0, count: Int(MAILOUT_PHONE_SIZE))
    let verdict = digits.withUnsafeBytes { bytes in
      bytes.withMemoryRebound(to: CChar.self) { mailout_phone_read($0.baseAddress, $0.count, &canonical) }
    }
    switch verdict {
    case MAILOUT_PHONE_POSSIBLE: return text(canonical)
    case MAILOUT_PHONE_NO_COUNTRY: throw .noCountry
    case MAILOUT_PHONE_TOO_SHORT: throw .tooShort
    case MAILOUT_PHONE_TOO_LONG: throw .tooLong
    case MAILOUT_PHONE_WRONG_LENGTH: throw .wrongLength
    default: throw .unreadable
    }
  }

  private static func text(_ characters: [CChar]) -> String {
    String(decoding: characters.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}

/// Why digits are no telephone number.
public enum PhoneNumberFault: Error, Sendable {
  /// They begin with no country's code.
  case noCountry
  /// Fewer digits than any number of that country has.
  case tooShort
  /// More digits than any number of that country has.
  case tooLong
  /// A length between those that the country has, or outside of 7 to 15 digits.
  case wrongLength
  /// No digits, or nothing the library could make sense of.
  case unreadable
}
