/// The headers of an answer, kept as received and parsed only when asked for.
public struct HTTPClientHeaders: Sendable, Sequence {
  /// Header lines as they came: the status line first.
  private let lines: [UInt8]

  init(lines: [UInt8]) { self.lines = lines }

  /// The first value under `name`, in any case of letters; nil where there is none.
  public subscript(name: String) -> String? {
    var position = 0
    while let line = next(&position) {
      if Self.matches(lines[line.name], name) { return text(line.value) }
    }
    return nil
  }

  /// Every value under `name`, in any case of letters.
  public func values(_ name: String) -> [String] {
    var found: [String] = []
    var position = 0
    while let line = next(&position) {
      if Self.matches(lines[line.name], name) { found.append(text(line.value)) }
    }
    return found
  }

  /// The headers as (name, value), in the order received; names as the server spelt them.
  public func makeIterator() -> some IteratorProtocol<(name: String, value: String)> {
    var position = 0
    return AnyIterator {
      next(&position).map { (name: text($0.name), value: text($0.value)) }
    }
  }

  private typealias Line = (name: Range<Int>, value: Range<Int>)

  /// The next line with a colon from `position` on.
  private func next(_ position: inout Int) -> Line? {
    while position < lines.count {
      let start = position
      let end = lines[start...].firstIndex(of: UInt8(ascii: "\n")) ?? lines.count
      position = end + 1
      guard let colon = lines[start..<end].firstIndex(of: UInt8(ascii: ":")), !isStatusLine(start) else { continue }
      return (start..<colon, trimmed(colon + 1..<end))
    }
    return nil
  }

  private func isStatusLine(_ start: Int) -> Bool { start == 0 && lines.starts(with: "HTTP/".utf8) }

  private func trimmed(_ range: Range<Int>) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, Self.isBlank(lines[start]) { start += 1 }
    while start < end, Self.isBlank(lines[end - 1]) { end -= 1 }
    return start..<end
  }

  private func text(_ range: Range<Int>) -> String { String(decoding: lines[range], as: UTF8.self) }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }

  private static func matches(_ bytes: ArraySlice<UInt8>, _ name: String) -> Bool {
    bytes.count == name.utf8.count && zip(bytes, name.utf8).allSatisfy { lowercased($0) == lowercased($1) }
  }

  private static func lowercased(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }
}
