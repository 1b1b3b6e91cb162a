/// Reads records of RFC 4180 from bytes: quoted fields with "" and line ends inside, CRLF or LF after records.
///
/// A quote counts as one only at the beginning of a field; elsewhere in an unquoted field it is a character. Empty
/// lines are skipped.
struct CSVReader {
  /// How a record was read.
  enum Record: Equatable {
    /// The fields are in `fields`.
    case fields
    /// The record cannot be read.
    case broken(String)
  }

  private let bytes: [UInt8]
  private var position = 0
  private var nextLine: Int
  /// The fields of the last record.
  private(set) var fields: [String] = []
  /// The line on which the last record began.
  private(set) var line: Int

  private static let quote = UInt8(ascii: "\"")
  private static let comma = UInt8(ascii: ",")
  private static let newline = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  /// - Parameter firstLine: the number of the first line of `bytes` in the whole file.
  init(_ bytes: [UInt8], firstLine: Int) {
    self.bytes = bytes
    nextLine = firstLine
    line = firstLine
  }

  /// The next record; nil at the end.
  mutating func next() -> Record? {
    skipEmptyLines()
    guard position < bytes.count else { return nil }
    line = nextLine
    fields.removeAll(keepingCapacity: true)
    while true {
      if position < bytes.count, bytes[position] == Self.quote {
        if let fault = readQuoted() {
          skipLine()
          return .broken(fault)
        }
      } else {
        readPlain()
      }
      guard position < bytes.count, bytes[position] == Self.comma else { break }
      position += 1
    }
    endLine()
    return .fields
  }

  private mutating func skipEmptyLines() {
    while position < bytes.count {
      if bytes[position] == Self.newline {
        position += 1
      } else if isLineEnd(position), bytes[position] == Self.carriageReturn {
        position += 2
      } else {
        return
      }
      nextLine += 1
    }
  }

  private mutating func readPlain() {
    let start = position
    while position < bytes.count, bytes[position] != Self.comma, !isLineEnd(position) { position += 1 }
    fields.append(text(start..<position))
  }

  /// - Returns: what is wrong, or nil.
  private mutating func readQuoted() -> String? {
    position += 1
    var start = position
    var pieces = ""
    while position < bytes.count {
      if bytes[position] == Self.newline { nextLine += 1 }
      guard bytes[position] == Self.quote else {
        position += 1
        continue
      }
      pieces += text(start..<position)
      position += 1
      guard position < bytes.count, bytes[position] == Self.quote else {
        fields.append(pieces)
        let isEnd = position == bytes.count || bytes[position] == Self.comma || isLineEnd(position)
        return isEnd ? nil : "has text after the closing quote of field \(fields.count)"
      }
      // A doubled quote stands for one: the second begins the next piece.
      start = position
      position += 1
    }
    return "has a quoted field that never ends"
  }

  private mutating func endLine() {
    guard position < bytes.count else { return }
    position += bytes[position] == Self.carriageReturn ? 2 : 1
    nextLine += 1
  }

  private mutating func skipLine() {
    while position < bytes.count, bytes[position] != Self.newline { position += 1 }
    endLine()
  }

  private func isLineEnd(_ index: Int) -> Bool {
    bytes[index] == Self.newline
      || (bytes[index] == Self.carriageReturn && index + 1 < bytes.count && bytes[index + 1] == Self.newline)
  }

  private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
}
