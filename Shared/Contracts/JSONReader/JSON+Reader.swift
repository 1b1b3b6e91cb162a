extension JSONReader {
  /// Any value as a tree.
  public mutating func json() throws(Fault) -> JSON {
    skipSpace()
    guard position < bytes.count else { throw fault("the text ends too early") }
    switch bytes[position] {
    case UInt8(ascii: "{"):
      var members: [String: JSON] = [:]
      try object { key, reader throws(Fault) in
        let name = key.bytes.contains(UInt8(ascii: "\\")) ? try reader.unescape(key) : key.text
        members[name] = try reader.json()
      }
      return .object(members)
    case UInt8(ascii: "["):
      var elements: [JSON] = []
      try array { _, reader throws(Fault) in elements.append(try reader.json()) }
      return .array(elements)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool(try bool())
    case UInt8(ascii: "n"):
      try literal("null")
      return .null
    default: return try number()
    }
  }

  /// Whole numbers of 64 bits stay exact; others are doubles, and those no double can hold are refused.
  private mutating func number() throws(Fault) -> JSON {
    let start = position
    try skipNumber()
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if let whole = Int64(text) { return .integer(whole) }
    guard let value = Double(text), value.isFinite else { throw fault("the number is out of range") }
    // "1.0" and "1e3" are whole numbers too, as JSON sees them.
    if let whole = Int64(exactly: value) { return .integer(whole) }
    return .number(value)
  }

  private func unescape(_ key: Key) throws(Fault) -> String {
    let quoted = [UInt8(ascii: "\"")] + Array(key.bytes) + [UInt8(ascii: "\"")]
    return try JSONReader.read(quoted) { reader throws(Fault) in try reader.string() }
  }
}
