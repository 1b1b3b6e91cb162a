import Contracts

/// One JSON object a line.
struct NDJSONSplitter: ImportSplitter {
  let format = ImportFormat.ndjson
  let columns: [String] = []
  private var lines: LineAssembler
  private var mark = ByteOrderMark()
  private var isInLine = false

  init(limits: ImportLimits) { lines = LineAssembler(limits: limits, firstLine: 1) }

  mutating func feed(_ piece: [UInt8]) {
    var rest = mark.strip(piece)
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      lines.append(rest[..<end])
      lines.endLine()
      rest = rest[(end + 1)...]
      isInLine = false
    }
    guard !rest.isEmpty else { return }
    lines.append(rest)
    isInLine = true
  }

  mutating func finish() {
    if isInLine { lines.endLine() }
    lines.finish()
  }

  mutating func takeChunks() -> [ImportChunk] { lines.takeChunks() }
}
