import Contracts

/// Finds the lines of a file that arrives in pieces. However it is cut into pieces, the chunks are the same.
protocol ImportSplitter: Sendable {
  /// How the chunks' lines are written.
  var format: ImportFormat { get }
  /// The header row of a CSV file, known before the first chunk.
  var columns: [String] { get }

  /// Takes the next piece.
  /// - Throws: what makes the file as a whole unreadable; chunks complete by then are still there.
  mutating func feed(_ piece: [UInt8]) throws(Problem)

  /// The file is over; the last chunk is complete.
  mutating func finish() throws(Problem)

  /// Hands over the chunks complete so far.
  mutating func takeChunks() -> [ImportChunk]
}

/// U+FEFF at the beginning of a file, which some programs write: not a part of the text.
struct ByteOrderMark {
  private var matched: Int? = 0

  /// The piece without what of it belongs to the mark.
  mutating func strip(_ piece: [UInt8]) -> ArraySlice<UInt8> {
    var rest = piece[...]
    while let count = matched, let byte = rest.first {
      let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
      guard byte == mark[count] else {
        matched = nil
        return Array(mark[..<count]) + rest
      }
      rest.removeFirst()
      matched = count == 2 ? nil : count + 1
    }
    return rest
  }
}
