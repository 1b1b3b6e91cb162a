import Contracts

/// The fields of an `application/x-www-form-urlencoded` body.
struct FormFields {
  private var fields: [String: String] = [:]

  /// - Throws: `malformed` where an escape is broken or the text no UTF-8, or where a name repeats.
  init(_ body: [UInt8]) throws(Problem) {
    for pair in body.split(separator: UInt8(ascii: "&")) {
      let equals = pair.firstIndex(of: UInt8(ascii: "="))
      guard let name = Self.decode(pair[..<(equals ?? pair.endIndex)]),
        let value = Self.decode(equals.map { pair[($0 + 1)...] } ?? [])
      else { throw Problem(.malformed, "The form is not properly escaped UTF-8.") }
      guard fields.updateValue(value, forKey: name) == nil else {
        throw Problem(.malformed, "The form has a field more than once.")
      }
    }
  }

  /// The value; nil where the field is missing or empty, which is the same in OAuth 2.
  subscript(_ name: String) -> String? { fields[name].flatMap { $0.isEmpty ? nil : $0 } }

  /// The value, an empty one too.
  func given(_ name: String) -> String? { fields[name] }

  /// The fields that are not empty, as strings; those of `integers` as whole numbers where they are ones.
  func json(integers: Set<String>) -> JSON {
    var members: [String: JSON] = [:]
    for (name, value) in fields where !value.isEmpty {
      members[name] = integers.contains(name) ? Int64(value).map(JSON.integer) ?? .string(value) : .string(value)
    }
    return .object(members)
  }

  private static func decode(_ bytes: ArraySlice<UInt8>) -> String? {
    var decoded: [UInt8] = []
    decoded.reserveCapacity(bytes.count)
    var index = bytes.startIndex
    while index < bytes.endIndex {
      let byte = bytes[index]
      index += 1
      if byte == UInt8(ascii: "%") {
        guard index + 1 < bytes.endIndex, let high = HexDigit.value(bytes[index]),
          let low = HexDigit.value(bytes[index + 1])
        else { return nil }
        decoded.append(high << 4 | low)
        index += 2
      } else {
        decoded.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
      }
    }
    return String(validating: decoded, as: UTF8.self)
  }
}
