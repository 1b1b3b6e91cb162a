/// Writes the bytes of one JSON line.
struct LogLine {
  /// A longer text is cut: a line must not become a megabyte because somebody logged a body.
  static let maximumTextBytes = 8192
  private static let digits = Array("0123456789abcdef".utf8)

  private(set) var bytes: [UInt8] = []

  init(capacity: Int = 512) {
    bytes.reserveCapacity(capacity)
  }

  mutating func append(raw text: StaticString) {
    text.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  mutating func append(raw more: [UInt8]) {
    bytes.append(contentsOf: more)
  }

  /// `,"key":value`
  mutating func append(_ field: LogField) {
    append(raw: ",")
    append(text: field.key)
    append(raw: ":")
    switch field.value {
    case .string(let text): append(text: text)
    case .integer(let number): bytes.append(contentsOf: String(number).utf8)
    case .number(let number) where number.isFinite: bytes.append(contentsOf: "\(number)".utf8)
    case .number(let number): append(text: "\(number)")
    case .bool(let flag): append(raw: flag ? "true" : "false")
    }
  }

  /// The text in quotes, with everything escaped that could end the string, the line, or steer a terminal.
  mutating func append(text: String) {
    bytes.append(UInt8(ascii: "\""))
    let whole = text.utf8
    let isCut = whole.count > Self.maximumTextBytes
    var previous: UInt8 = 0
    for (index, byte) in whole.enumerated() {
      // Cut in front of a character, not within one.
      if isCut && index >= Self.maximumTextBytes && byte & 0xc0 != 0x80 { break }
      append(character: byte, after: previous)
      previous = byte
    }
    if isCut { bytes.append(contentsOf: "…".utf8) }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func append(character byte: UInt8, after previous: UInt8) {
    switch byte {
    case UInt8(ascii: "\""): append(raw: "\\\"")
    case UInt8(ascii: "\\"): append(raw: "\\\\")
    case UInt8(ascii: "\n"): append(raw: "\\n")
    case UInt8(ascii: "\r"): append(raw: "\\r")
    case UInt8(ascii: "\t"): append(raw: "\\t")
    case 0..<0x20, 0x7f: append(escaped: byte)
    // U+0080 to U+009F, the controls of eight-bit terminals: C2 80 to C2 9F in UTF-8.
    case 0x80...0x9f where previous == 0xc2:
      bytes.removeLast()
      append(escaped: byte)
    default: bytes.append(byte)
    }
  }

  private mutating func append(escaped byte: UInt8) {
    append(raw: "\\u00")
    bytes.append(Self.digits[Int(byte >> 4)])
    bytes.append(Self.digits[Int(byte & 15)])
  }
}
