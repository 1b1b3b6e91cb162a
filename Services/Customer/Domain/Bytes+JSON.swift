/// Writes JSON text as bytes.
extension [UInt8] {
  /// Text that is JSON already.
  mutating func append(json text: String) {
    var text = text
    text.withUTF8 { append(contentsOf: $0) }
  }

  /// `,"name":"value"`, or null where there is no value. The name needs no escaping.
  mutating func append(member name: StaticString, _ value: String?) {
    append(contentsOf: [UInt8(ascii: ","), UInt8(ascii: "\"")])
    name.withUTF8Buffer { append(contentsOf: $0) }
    append(contentsOf: [UInt8(ascii: "\""), UInt8(ascii: ":")])
    if let value { append(string: value) } else { append(json: "null") }
  }

  /// A JSON string, quotes included (RFC 8259, section 7).
  mutating func append(string text: String) {
    var text = text
    text.withUTF8 { append(utf8String: $0) }
  }

  /// As above, from UTF-8.
  mutating func append(utf8String text: UnsafeBufferPointer<UInt8>) {
    append(UInt8(ascii: "\""))
    if text.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
      append(contentsOf: text)
    } else {
      for byte in text { append(escaped: byte) }
    }
    append(UInt8(ascii: "\""))
  }

  private mutating func append(escaped byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"):
      append(UInt8(ascii: "\\"))
      append(byte)
    case UInt8(ascii: "\n"): append(json: "\\n")
    case UInt8(ascii: "\r"): append(json: "\\r")
    case UInt8(ascii: "\t"): append(json: "\\t")
    case 0..<0x20:
      let digits = Array("0123456789abcdef".utf8)
      append(json: "\\u00")
      append(digits[Int(byte >> 4)])
      append(digits[Int(byte & 15)])
    default: append(byte)
    }
  }

  /// An object of strings, its names in order.
  mutating func append(attributes: [String: String]) {
    append(UInt8(ascii: "{"))
    for (index, name) in attributes.keys.sorted().enumerated() {
      if index > 0 { append(UInt8(ascii: ",")) }
      append(string: name)
      append(UInt8(ascii: ":"))
      append(string: attributes[name] ?? "")
    }
    append(UInt8(ascii: "}"))
  }

  /// A whole number in decimal.
  mutating func append(number: Int64) {
    append(json: String(number))
  }
}
