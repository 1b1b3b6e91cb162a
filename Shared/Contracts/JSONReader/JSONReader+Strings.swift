/// Strings: taken as they stand where nothing is escaped, which is nearly always.
extension JSONReader {
  public mutating func string() throws(Fault) -> String {
    skipSpace()
    let raw = try rawString("a string")
    let text =
      raw.hasEscapes
      ? String(validating: try unescaped(raw.range), as: UTF8.self)
      : String(validating: UnsafeBufferPointer(rebasing: bytes[raw.range]), as: UTF8.self)
    guard let text else { throw fault("the string is not valid UTF-8") }
    return text
  }

  /// nil for null.
  public mutating func optionalString() throws(Fault) -> String? {
    if try null() { return nil }
    return try string()
  }

  /// nil for null.
  public mutating func optionalInteger() throws(Fault) -> Int64? {
    if try null() { return nil }
    return try integer()
  }

  /// The bytes between the quotes, the closing one passed.
  mutating func rawString(_ what: String) throws(Fault) -> (range: Range<Int>, hasEscapes: Bool) {
    guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { throw fault("expected \(what)") }
    position += 1
    let start = position
    var hasEscapes = false
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        position += 1
        return (start..<(position - 1), hasEscapes)
      }
      guard byte >= 0x20 else { throw fault("a string has an unescaped control character") }
      if byte == UInt8(ascii: "\\") {
        hasEscapes = true
        position += 1
      }
      position += 1
    }
    throw fault("a string does not end")
  }

  private func unescaped(_ range: Range<Int>) throws(Fault) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(range.count)
    var index = range.lowerBound
    while index < range.upperBound {
      guard bytes[index] == UInt8(ascii: "\\") else {
        result.append(bytes[index])
        index += 1
        continue
      }
      // The scan has seen that something follows each backslash.
      switch bytes[index + 1] {
      case UInt8(ascii: "n"): result.append(0x0A)
      case UInt8(ascii: "t"): result.append(0x09)
      case UInt8(ascii: "r"): result.append(0x0D)
      case UInt8(ascii: "b"): result.append(0x08)
      case UInt8(ascii: "f"): result.append(0x0C)
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): result.append(bytes[index + 1])
      case UInt8(ascii: "u"):
        let (scalar, length) = try scalar(at: index, before: range.upperBound)
        result += String(Character(scalar)).utf8
        index += length
        continue
      default: throw fault("a string has an unknown escape")
      }
      index += 2
    }
    return result
  }

  /// `\uXXXX`, or two of them that are a surrogate pair: the scalar, and how many bytes it took.
  private func scalar(at index: Int, before end: Int) throws(Fault) -> (Unicode.Scalar, Int) {
    let first = try unit(at: index, before: end)
    if let scalar = Unicode.Scalar(first) { return (scalar, 6) }
    guard first < 0xDC00, index + 12 <= end, bytes[index + 6] == UInt8(ascii: "\\") else {
      throw fault("a string has half a surrogate pair")
    }
    let second = try unit(at: index + 6, before: end)
    guard (0xDC00...0xDFFF).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw fault("a string has half a surrogate pair") }
    return (scalar, 12)
  }

  private func unit(at index: Int, before end: Int) throws(Fault) -> UInt32 {
    guard index + 6 <= end, bytes[index + 1] == UInt8(ascii: "u"),
      let value = UInt32(String(decoding: bytes[(index + 2)..<(index + 6)], as: UTF8.self), radix: 16),
      bytes[index + 2] != UInt8(ascii: "+")
    else { throw fault("a string has a broken \\u escape") }
    return value
  }
}
