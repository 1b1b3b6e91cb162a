import Contracts
import FoundationEssentials

extension ContactField {
  /// The value as it is stored.
  func value(of input: JSON) throws(ContactFault) -> JSON {
    if input == .null, isNullable { return .null }
    switch kind {
    case .boolean: return .bool(try Self.boolean(of: input))
    case .integer: return .integer(try integer(of: input))
    case .object: return try Self.object(of: input)
    case .string, .language, .date, .datetime, .uuid, .email, .url: break
    }
    guard case .string(let text) = input else { throw .string }
    try checkText(text)
    switch kind {
    case .language: try Self.checkLanguage(text)
    case .date: try Self.checkDate(text)
    case .datetime: return .string(try Self.instant(text))
    case .uuid: return .string(try Self.uuid(text))
    case .email: try Self.checkEmail(text)
    case .url: try Self.checkURL(text)
    case .string, .boolean, .integer, .object: break
    }
    return input
  }

  /// True and false, and the texts and numbers that programs send for them.
  private static func boolean(of input: JSON) throws(ContactFault) -> Bool {
    switch input {
    case .bool(let value): return value
    case .integer(1), .number(1): return true
    case .integer(0), .number(0): return false
    case .string(let text):
      if ["true", "1", "yes", "y", "on", "t"].contains(text.lowercased()) { return true }
      if ["false", "0", "no", "n", "off", "f"].contains(text.lowercased()) { return false }
    case .integer, .number: break
    default: throw ContactFault("bool_type", "Input should be a valid boolean")
    }
    throw ContactFault("bool_parsing", "Input should be a valid boolean, unable to interpret input")
  }

  private func integer(of input: JSON) throws(ContactFault) -> Int64 {
    guard case .integer(let number) = input else {
      throw ContactFault("int_type", "Input should be a valid integer")
    }
    if let minimum, number < minimum {
      throw ContactFault("greater_than_equal", "Input should be greater than or equal to \(minimum)")
    }
    if let maximum, number > maximum {
      throw ContactFault("less_than_equal", "Input should be less than or equal to \(maximum)")
    }
    return number
  }

  private func checkText(_ text: String) throws(ContactFault) {
    if !values.isEmpty && !values.contains(text) {
      let quoted = values.map { "'\($0)'" }
      let list = quoted.dropLast().joined(separator: ", ")
      throw ContactFault(
        "literal_error", "Input should be \(list.isEmpty ? "" : list + " or ")\(quoted.last ?? "")")
    }
    try checkLength(text)
    if let minLength, text.unicodeScalars.count < minLength {
      let unit = minLength == 1 ? "character" : "characters"
      throw ContactFault("string_too_short", "String should have at least \(minLength) \(unit)")
    }
    if let fault = FieldReader.fault(in: text, max: .max, allowEmpty: true) { throw .rule(fault) }
  }

  func checkLength(_ text: String) throws(ContactFault) {
    let limit = maxLength ?? Self.maxText
    if text.utf8.count > limit, text.unicodeScalars.count > limit {
      throw ContactFault("string_too_long", "String should have at most \(limit) characters")
    }
  }

  /// A language and perhaps a country or a script's beginning, such as "pt-BR".
  private static func checkLanguage(_ text: String) throws(ContactFault) {
    let parts = text.split(omittingEmptySubsequences: false, whereSeparator: { $0 == "-" || $0 == "_" })
    let isLanguage =
      parts.count <= 2
      && parts.allSatisfy { (2...3).contains($0.utf8.count) && $0.utf8.allSatisfy(Self.isLetter) }
    guard text.isEmpty || isLanguage else {
      throw ContactFault("string_pattern_mismatch", "Input should be a language code such as 'en' or 'pt-BR'")
    }
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte & 0xDF) }

  private static func checkDate(_ text: String) throws(ContactFault) {
    guard text.utf8.count == 10, (try? Timestamp.parse(text + "T00:00:00Z")) != nil else {
      throw ContactFault(
        "date_from_datetime_parsing", "Input should be a valid date or datetime, as YYYY-MM-DD")
    }
  }

  private static func instant(_ text: String) throws(ContactFault) -> String {
    guard let date = try? Timestamp.parse(text) else {
      throw ContactFault("datetime_parsing", "Input should be a valid datetime with a time zone")
    }
    return ContactTime.text(Timestamp.microseconds(date))
  }

  /// With and without hyphens; as small letters with them.
  static func uuid(_ text: String) throws(ContactFault) -> String {
    var digits = text.lowercased()
    if digits.utf8.count == 32 {
      for offset in [8, 13, 18, 23] { digits.insert("-", at: digits.index(digits.startIndex, offsetBy: offset)) }
    }
    guard digits.utf8.count == 36, let uuid = UUID(uuidString: digits) else {
      throw ContactFault("uuid_parsing", "Input should be a valid UUID")
    }
    return uuid.uuidString.lowercased()
  }

  private static func checkEmail(_ text: String) throws(ContactFault) {
    do {
      _ = try EmailAddress(text)
    } catch {
      throw ContactFault("value_error", "value is not a valid email address: it \(error.detail)")
    }
  }

  /// A scheme, "://" and a host; no spaces.
  private static func checkURL(_ text: String) throws(ContactFault) {
    let parts = text.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let first = parts[0].utf8.first, isLetter(first) else {
      throw ContactFault("url_parsing", "Input should be a valid URL, relative URL without a base")
    }
    let host = parts[1].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    guard !host.isEmpty, text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
      throw ContactFault("url_parsing", "Input should be a valid URL, empty host or a space in it")
    }
  }

  /// At most so many bytes of JSON.
  private static let maxObject = 4_096

  private static func object(of input: JSON) throws(ContactFault) -> JSON {
    guard case .object = input else { throw ContactFault("dict_type", "Input should be a valid dictionary") }
    guard input.bytes.count <= maxObject else { throw .rule("it must have at most \(maxObject) bytes") }
    guard !input.hasControls else { throw .rule("it must not contain control characters") }
    return input
  }
}

extension JSON {
  /// Whether a name or text in it has characters that no text may have.
  fileprivate var hasControls: Bool {
    switch self {
    case .string(let text): FieldReader.fault(in: text, max: .max, allowEmpty: true) != nil
    case .array(let elements): elements.contains(where: \.hasControls)
    case .object(let members):
      members.contains { FieldReader.fault(in: $0.key, max: .max, allowEmpty: true) != nil || $0.value.hasControls }
    default: false
    }
  }
}
