import Contracts

/// Records of RFC 4180: a line end inside quotes belongs to its field. A quote counts as one only at the beginning of
/// a field, as for the service that reads the records; elsewhere it is a character.
struct CSVSplitter: ImportSplitter {
  private enum State {
    /// At the beginning of a field.
    case start
    /// Inside a field without quotes.
    case plain
    case quoted
    /// Past a quote inside quotes: the end of the field, or the first of two.
    case quote
    /// Past what no reader understands: the record ends with its line.
    case broken
  }

  let format = ImportFormat.csv
  private(set) var columns: [String] = []
  private let limits: ImportLimits
  private var state = State.start
  private var mark = ByteOrderMark()
  /// Bytes of the record in the making, line ends inside it included.
  private var length = 0
  private var isInRecord = false
  /// Line ends inside the record in the making.
  private var innerLines = 0
  /// The header row in the making, until it is complete.
  private var header: [UInt8]? = []
  private var lines: LineAssembler

  init(limits: ImportLimits) {
    self.limits = limits
    lines = LineAssembler(limits: limits, firstLine: 1)
  }

  mutating func feed(_ piece: [UInt8]) throws(Problem) {
    let piece = mark.strip(piece)
    var start = piece.startIndex
    for index in piece.indices {
      let byte = piece[index]
      isInRecord = true
      guard byte == UInt8(ascii: "\n"), state != .quoted || length > limits.lineBytes else {
        if byte == UInt8(ascii: "\n") { innerLines += 1 }
        state = Self.next(state, byte)
        length += 1
        continue
      }
      try append(piece[start..<index])
      // A record over its limit most likely lacks a quote: the next line gets a fresh start.
      try endRecord(
        fault: state == .quoted ? "is longer than \(limits.lineBytes) bytes; a closing quote may be missing" : nil)
      start = index + 1
    }
    try append(piece[start...])
  }

  mutating func finish() throws(Problem) {
    if isInRecord {
      try endRecord(fault: state == .quoted ? "has a quoted field that never ends" : nil)
    }
    guard header == nil else { throw Problem(.invalid, "The file is empty; its first line must name the columns.") }
    lines.finish()
  }

  mutating func takeChunks() -> [ImportChunk] { lines.takeChunks() }

  private static func next(_ state: State, _ byte: UInt8) -> State {
    switch (state, byte) {
    case (.start, UInt8(ascii: "\"")): .quoted
    case (.start, UInt8(ascii: ",")), (.plain, UInt8(ascii: ",")), (.quote, UInt8(ascii: ",")): .start
    case (.start, _), (.plain, _): .plain
    case (.quoted, UInt8(ascii: "\"")): .quote
    case (.quoted, _): .quoted
    case (.quote, UInt8(ascii: "\"")): .quoted
    case (.quote, _), (.broken, _): .broken
    }
  }

  private mutating func append(_ piece: ArraySlice<UInt8>) throws(Problem) {
    guard var row = header else { return lines.append(piece) }
    row += piece
    guard row.count <= limits.lineBytes else {
      throw Problem(.invalid, "The header row is longer than \(limits.lineBytes) bytes.")
    }
    header = row
  }

  private mutating func endRecord(fault: String?) throws(Problem) {
    let count = innerLines + 1
    innerLines = 0
    length = 0
    state = .start
    isInRecord = false
    guard let row = header else { return lines.endLine(count: count, fault: fault) }
    columns = try CSVHeader.columns(row)
    header = nil
    lines = LineAssembler(limits: limits, firstLine: count + 1)
  }
}
