/// Values nobody asks for, passed over with their form checked.
extension JSONReader {
  public mutating func skip() throws(Fault) {
    skipSpace()
    guard position < bytes.count else { throw fault("the text ends too early") }
    switch bytes[position] {
    case UInt8(ascii: "{"): try object { _, reader throws(Fault) in try reader.skip() }
    case UInt8(ascii: "["): try array { _, reader throws(Fault) in try reader.skip() }
    case UInt8(ascii: "\""): _ = try rawString("a string")
    case UInt8(ascii: "t"), UInt8(ascii: "f"): _ = try bool()
    case UInt8(ascii: "n"): try literal("null")
    default: try skipNumber()
    }
  }

  /// Where the next value stands in the bytes; passes it over.
  public mutating func range() throws(Fault) -> Range<Int> {
    skipSpace()
    let start = position
    try skip()
    return start..<position
  }

  /// `-? int frac? exp?` (RFC 8259, section 6).
  mutating func skipNumber() throws(Fault) {
    if position < bytes.count, bytes[position] == UInt8(ascii: "-") { position += 1 }
    let start = position
    guard skipDigits() else { throw fault("expected a value") }
    guard position == start + 1 || bytes[start] != 0x30 else { throw fault("a number has a leading zero") }
    if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
      position += 1
      guard skipDigits() else { throw fault("a number ends in its point") }
    }
    if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
      position += 1
      if position < bytes.count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") {
        position += 1
      }
      guard skipDigits() else { throw fault("a number has no exponent") }
    }
  }

  private mutating func skipDigits() -> Bool {
    let start = position
    while position < bytes.count, bytes[position] &- 0x30 < 10 { position += 1 }
    return position > start
  }
}
