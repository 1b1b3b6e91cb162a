/// Writes JSON text as bytes, piece by piece: what the hot paths use instead of a general encoder.
extension [UInt8] {
  /// Text that is JSON already.
  @inlinable
  public mutating func append(json text: StaticString) {
    text.withUTF8Buffer { append(contentsOf: $0) }
  }

  /// A JSON string, quotes included (RFC 8259, section 7).
  @inlinable
  public mutating func append(string text: String) {
    var text = text
    text.withUTF8 { append(utf8String: $0) }
  }

  /// As above, from UTF-8.
  public mutating func append(utf8String text: UnsafeBufferPointer<UInt8>) {
    append(UInt8(ascii: "\""))
    var start = 0
    for (index, byte) in text.enumerated()
    where byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
      append(contentsOf: text[start..<index])
      append(escaped: byte)
      start = index + 1
    }
    append(contentsOf: text[start...])
    append(UInt8(ascii: "\""))
  }

  /// A whole number in decimal.
  public mutating func append(number: Int64) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
      var index = 20
      var rest = number.magnitude
      repeat {
        index -= 1
        digits[index] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
        rest /= 10
      } while rest > 0
      if number < 0 {
        index -= 1
        digits[index] = UInt8(ascii: "-")
      }
      append(contentsOf: digits[index..<20])
    }
  }

  /// `,"name":"value"`, or null where there is no value. The name needs no escaping.
  public mutating func append(member name: StaticString, _ value: String?) {
    append(name: name)
    if let value { append(string: value) } else { append(json: "null") }
  }

  /// `,"name":123`. The name needs no escaping.
  public mutating func append(member name: StaticString, number: Int64) {
    append(name: name)
    append(number: number)
  }

  /// `["a","b"]`.
  public mutating func append(strings texts: [String]) {
    append(list: texts) { bytes, text in bytes.append(string: text) }
  }

  /// `[1,2]`: a number of each element.
  @inline(__always)
  mutating func append<Item>(numbers elements: [Item], _ number: (Item) -> Int64) {
    append(list: elements) { bytes, element in bytes.append(number: number(element)) }
  }

  /// An array; `write` appends one element's JSON.
  @inline(__always)
  mutating func append<Item>(list elements: [Item], _ write: (inout [UInt8], Item) -> Void) {
    append(UInt8(ascii: "["))
    for (index, element) in elements.enumerated() {
      if index > 0 { append(UInt8(ascii: ",")) }
      write(&self, element)
    }
    append(UInt8(ascii: "]"))
  }

  /// An object of strings, its names in order.
  public mutating func append(attributes: [String: String]) {
    append(UInt8(ascii: "{"))
    for (index, name) in attributes.keys.sorted().enumerated() {
      if index > 0 { append(UInt8(ascii: ",")) }
      append(string: name)
      append(UInt8(ascii: ":"))
      append(string: attributes[name] ?? "")
    }
    append(UInt8(ascii: "}"))
  }

  private mutating func append(name: StaticString) {
    append(json: ",\"")
    append(json: name)
    append(json: "\":")
  }

  private mutating func append(escaped byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"):
      append(UInt8(ascii: "\\"))
      append(byte)
    case UInt8(ascii: "\n"): append(json: "\\n")
    case UInt8(ascii: "\r"): append(json: "\\r")
    case UInt8(ascii: "\t"): append(json: "\\t")
    default:
      let digits = Array("0123456789abcdef".utf8)
      append(json: "\\u00")
      append(digits[Int(byte >> 4)])
      append(digits[Int(byte & 15)])
    }
  }
}
