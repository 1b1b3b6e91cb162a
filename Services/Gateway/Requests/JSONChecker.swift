import Contracts

/// Checks that bytes are exactly one JSON text (RFC 8259) without building its values, so that a body can travel inside
/// an envelope as the bytes it is.
struct JSONChecker {
  /// Deeper nesting is refused, long before any parser's stack would notice.
  static let maxDepth = 64

  private let bytes: [UInt8]
  private var index = 0

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// - Throws: `Problem` with code `malformed` that names line and column.
  static func check(_ bytes: [UInt8]) throws(Problem) {
    var checker = JSONChecker(bytes)
    try checker.checkText()
    try checker.checkUTF8()
  }

  private mutating func checkText() throws(Problem) {
    skipSpace()
    guard index < bytes.count else { throw Problem(.malformed, "The body is empty; a JSON text is expected.") }
    try value(depth: 1)
    skipSpace()
    guard index == bytes.count else { throw fault("there is more text after the value") }
  }

  private mutating func value(depth: Int) throws(Problem) {
    guard depth <= Self.maxDepth else { throw fault("more than \(Self.maxDepth) levels of nesting") }
    switch peek {
    case UInt8(ascii: "{"): try object(depth)
    case UInt8(ascii: "["): try array(depth)
    case UInt8(ascii: "\""): try string()
    case UInt8(ascii: "t"): try literal("true")
    case UInt8(ascii: "f"): try literal("false")
    case UInt8(ascii: "n"): try literal("null")
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try number()
    default: throw fault("a value is expected")
    }
  }

  private mutating func object(_ depth: Int) throws(Problem) {
    index += 1
    skipSpace()
    if take("}") { return }
    while true {
      guard peek == UInt8(ascii: "\"") else { throw fault("a member name in quotes is expected") }
      try string()
      skipSpace()
      guard take(":") else { throw fault("a colon is expected") }
      skipSpace()
      try value(depth: depth + 1)
      skipSpace()
      if take("}") { return }
      guard take(",") else { throw fault("a comma or a closing brace is expected") }
      skipSpace()
    }
  }

  private mutating func array(_ depth: Int) throws(Problem) {
    index += 1
    skipSpace()
    if take("]") { return }
    while true {
      try value(depth: depth + 1)
      skipSpace()
      if take("]") { return }
      guard take(",") else { throw fault("a comma or a closing bracket is expected") }
      skipSpace()
    }
  }

  private mutating func string() throws(Problem) {
    index += 1
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "\""):
        index += 1
        return
      case UInt8(ascii: "\\"):
        try escape()
      case 0..<0x20:
        throw fault("a control character in a string must be escaped")
      default:
        index += 1
      }
    }
    throw fault("the string is not closed")
  }

  private mutating func escape() throws(Problem) {
    index += 1
    switch peek {
    case UInt8(ascii: "u"):
      let unit = try hexUnit()
      if 0xDC00..<0xE000 ~= unit { throw fault("half a surrogate pair") }
      guard 0xD800..<0xDC00 ~= unit else { return }
      guard take("\\"), peek == UInt8(ascii: "u"), 0xDC00..<0xE000 ~= (try hexUnit()) else {
        throw fault("half a surrogate pair")
      }
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
      UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      index += 1
    default:
      throw fault("an unknown escape")
    }
  }

  /// The four digits after `u`.
  private mutating func hexUnit() throws(Problem) -> UInt32 {
    index += 1
    var unit: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = HexDigit.value(peek) else { throw fault("four hexadecimal digits are expected") }
      unit = unit << 4 | UInt32(digit)
      index += 1
    }
    return unit
  }

  private mutating func number() throws(Problem) {
    _ = take("-")
    if !take("0") { try digits() }
    if take(".") { try digits() }
    if take("e") || take("E") {
      _ = take("+") || take("-")
      try digits()
    }
  }

  private mutating func digits() throws(Problem) {
    let start = index
    while UInt8(ascii: "0")...UInt8(ascii: "9") ~= peek { index += 1 }
    guard index > start else { throw fault("a digit is expected") }
  }

  private mutating func literal(_ word: StaticString) throws(Problem) {
    let end = index + word.utf8CodeUnitCount
    guard end <= bytes.count,
      word.withUTF8Buffer({ $0.elementsEqual(bytes[index..<end]) })
    else { throw fault("a value is expected") }
    index = end
  }

  private func checkUTF8() throws(Problem) {
    do {
      _ = try UTF8Span(validating: bytes.span)
    } catch {
      throw Self.fault("the text is not UTF-8", at: error.byteOffsets.lowerBound, in: bytes)
    }
  }

  /// The next byte; at the end NUL, which stands nowhere in JSON.
  private var peek: UInt8 { index < bytes.count ? bytes[index] : 0 }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard peek == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  private mutating func skipSpace() {
    while index < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[index]) { index += 1 }
  }

  private func fault(_ what: String) -> Problem { Self.fault(what, at: index, in: bytes) }

  private static func fault(_ what: String, at index: Int, in bytes: [UInt8]) -> Problem {
    let before = bytes[..<min(index, bytes.count)]
    let line = before.count { $0 == UInt8(ascii: "\n") } + 1
    let column = before.count - (before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0) + 1
    return Problem(.malformed, "The body is not valid JSON: line \(line), column \(column): \(what).")
  }
}
