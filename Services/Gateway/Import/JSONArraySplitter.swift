import Contracts

/// The elements of one JSON array, each handed on as a line. Only quotes and brackets are looked at: whether an
/// element is a customer, or JSON at all, is for the one who reads the line.
struct JSONArraySplitter: ImportSplitter {
  private enum Place {
    /// Before the array's bracket.
    case before
    /// After the bracket: an element or the end.
    case first
    /// Inside an element, or where one must begin.
    case element
    /// Past the array's closing bracket.
    case after
  }

  let format = ImportFormat.ndjson
  let columns: [String] = []
  private var lines: LineAssembler
  private var mark = ByteOrderMark()
  private var place = Place.before
  /// The brackets open inside the element.
  private var depth = 0
  private var isInString = false
  private var isEscaped = false
  private var isEmpty = true

  init(limits: ImportLimits) { lines = LineAssembler(limits: limits, firstLine: 1) }

  mutating func feed(_ piece: [UInt8]) throws(Problem) {
    let piece = mark.strip(piece)
    /// Where the bytes begin that are in the element and not yet handed on.
    var start = piece.startIndex
    for index in piece.indices {
      let byte = piece[index]
      switch place {
      case .before, .after:
        guard !Self.isSpace(byte) else { break }
        guard place == .before, byte == UInt8(ascii: "[") else { throw notAnArray() }
        place = .first
      case .first where Self.isSpace(byte):
        break
      case .first where byte == UInt8(ascii: "]"):
        place = .after
      case .first:
        place = .element
        start = index
        try element(piece, &start, index)
      case .element:
        try element(piece, &start, index)
      }
      if place != .element { start = index + 1 }
    }
    if place == .element { lines.append(piece[start...]) }
  }

  mutating func finish() throws(Problem) {
    guard place == .after else {
      lines.finish()
      throw Problem(.malformed, "The body is not a whole JSON array: it ends inside element \(lines.line).")
    }
    lines.finish()
  }

  mutating func takeChunks() -> [ImportChunk] { lines.takeChunks() }

  /// One byte inside an element.
  private mutating func element(_ piece: ArraySlice<UInt8>, _ start: inout Int, _ index: Int) throws(Problem) {
    let byte = piece[index]
    if isInString { return try inString(byte) }
    if byte < 0x20, Self.isSpace(byte) {
      // Between tokens: a line must have nothing in it that ends it.
      lines.append(piece[start..<index])
      if !isEmpty { lines.append([0x20]) }
      start = index + 1
      return
    }
    switch byte {
    case UInt8(ascii: ",") where depth == 0:
      try endElement(piece[start..<index])
      start = index + 1
      return
    case UInt8(ascii: "]") where depth == 0:
      try endElement(piece[start..<index])
      place = .after
      return
    case UInt8(ascii: "["), UInt8(ascii: "{"):
      depth += 1
    case UInt8(ascii: "]"), UInt8(ascii: "}"):
      depth -= 1
      guard depth >= 0 else { throw unbalanced() }
    case UInt8(ascii: "\""):
      isInString = true
    default:
      break
    }
    if byte != 0x20 { isEmpty = false }
  }

  private mutating func inString(_ byte: UInt8) throws(Problem) {
    if isEscaped {
      isEscaped = false
    } else if byte == UInt8(ascii: "\\") {
      isEscaped = true
    } else if byte == UInt8(ascii: "\"") {
      isInString = false
    } else if byte == UInt8(ascii: "\n") {
      throw Problem(
        .malformed, "The body is not valid JSON: element \(lines.line) has a line end in a string, or lacks a quote.")
    }
  }

  private mutating func endElement(_ rest: ArraySlice<UInt8>) throws(Problem) {
    guard !isEmpty else {
      throw Problem(.malformed, "The body is not valid JSON: element \(lines.line) is missing.")
    }
    lines.append(rest)
    lines.endLine()
    isEmpty = true
  }

  private func notAnArray() -> Problem {
    place == .before
      ? Problem(.malformed, "The body must be a JSON array of customers.")
      : Problem(.malformed, "The body is not valid JSON: there is more text after the array.")
  }

  private func unbalanced() -> Problem {
    Problem(.malformed, "The body is not valid JSON: element \(lines.line) has a closing brace too many.")
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
  }
}
