@testable import Gateway

/// Finds the lines of a whole text in the plainest way there is, to hold the splitters against.
enum SplitterOracle {
  struct Line: Equatable {
    /// The number in the file, from 1.
    var number: Int
    var text: [UInt8]
    /// How many lines of the file it is.
    var count = 1
    var isRejected = false
  }

  private static let newline = UInt8(ascii: "\n")
  private static let quote = UInt8(ascii: "\"")

  static func ndjson(_ text: [UInt8], _ limits: ImportLimits) -> [Line] {
    var parts = text.split(separator: newline, omittingEmptySubsequences: false)
    if parts.last?.isEmpty == true { parts.removeLast() }
    return parts.enumerated().map { checked(Line(number: $0.offset + 1, text: Array($0.element)), limits) }
  }

  /// Records after the header.
  static func csv(_ text: [UInt8], _ limits: ImportLimits) -> [Line] {
    var lines: [Line] = []
    var position = 0
    var number = 1
    while position < text.count {
      let (end, isClosed) = recordEnd(text, position, limits)
      let record = Array(text[position..<end])
      let count = record.count { $0 == newline } + 1
      var line = Line(number: number, text: record, count: count)
      line.isRejected = !isClosed
      lines.append(checked(line, limits))
      number += count
      position = end + 1
    }
    return Array(lines.dropFirst())
  }

  /// Where the line end of the record stands that begins at `start`; the text's end where it has none.
  private static func recordEnd(_ text: [UInt8], _ start: Int, _ limits: ImportLimits) -> (Int, isClosed: Bool) {
    var index = start
    fields: while index < text.count {
      guard text[index] == quote else {
        while index < text.count, text[index] != UInt8(ascii: ","), text[index] != newline { index += 1 }
        if index < text.count, text[index] == UInt8(ascii: ",") {
          index += 1
          continue fields
        }
        return (index, true)
      }
      index += 1
      while true {
        guard index < text.count else { return (index, false) }
        if text[index] == newline, index - start > limits.lineBytes { return (index, false) }
        guard text[index] == quote else {
          index += 1
          continue
        }
        index += 1
        guard index < text.count, text[index] == quote else { break }
        index += 1
      }
      if index < text.count, text[index] == UInt8(ascii: ",") {
        index += 1
        continue fields
      }
      while index < text.count, text[index] != newline { index += 1 }
      return (index, true)
    }
    return (index, true)
  }

  private static func checked(_ line: Line, _ limits: ImportLimits) -> Line {
    var line = line
    if line.text.count > limits.lineBytes || String(validating: line.text, as: UTF8.self) == nil {
      line.isRejected = true
    }
    return line
  }
}
