/// Puts the pieces of lines together, checks each line as text, and cuts chunks between lines.
struct LineAssembler {
  private let limits: ImportLimits
  /// Complete lines, then what there is of the line in the making.
  private var text: [UInt8] = []
  private var lineStart = 0
  /// Lines complete in `text`.
  private var lines = 0
  private var hasContent = false
  private var faults: [ImportFault] = []
  /// The line in the making is over its limit: its bytes are dropped.
  private var isOverlong = false
  private var chunkNumber = 1
  private var firstLine: Int
  /// Chunks that are complete, in order.
  private(set) var chunks: [ImportChunk] = []

  init(limits: ImportLimits, firstLine: Int) {
    self.limits = limits
    self.firstLine = firstLine
    text.reserveCapacity(limits.bytes + limits.lineBytes)
  }

  /// The number of the line in the making.
  var line: Int { firstLine + lines }

  mutating func append(_ piece: ArraySlice<UInt8>) {
    guard !isOverlong else { return }
    text += piece
    guard text.count - lineStart > limits.lineBytes else { return }
    isOverlong = true
    text.removeLast(text.count - lineStart)
  }

  /// The line is complete: `count` lines of the file, as it may have line ends in it.
  mutating func endLine(count: Int = 1, fault: String? = nil) {
    if let fault = fault ?? lineFault() {
      text.removeLast(text.count - lineStart)
      text += repeatElement(UInt8(ascii: "\n"), count: count)
      faults.append(ImportFault(line: line, field: nil, detail: fault))
    } else {
      if text.count > limits.bytes, lineStart > 0 { cut() }
      hasContent = true
      text.append(UInt8(ascii: "\n"))
    }
    isOverlong = false
    lineStart = text.count
    lines += count
    if lines >= limits.lines || text.count >= limits.bytes { cut() }
  }

  /// No more lines come.
  mutating func finish() {
    if lines > 0 { cut() }
  }

  /// Hands over the chunks that are complete.
  mutating func takeChunks() -> [ImportChunk] {
    defer { chunks.removeAll() }
    return chunks
  }

  /// Makes a chunk of the complete lines; the line in the making stays.
  private mutating func cut() {
    let rest = text[lineStart...]
    chunks.append(
      ImportChunk(
        number: chunkNumber, firstLine: firstLine, text: Array(text[..<lineStart]), hasContent: hasContent,
        faults: faults))
    text = Array(rest)
    chunkNumber += 1
    firstLine += lines
    lines = 0
    lineStart = 0
    faults = []
    hasContent = false
  }

  private func lineFault() -> String? {
    if isOverlong { return "is longer than \(limits.lineBytes) bytes" }
    do {
      _ = try UTF8Span(validating: text.span.extracting(lineStart..<text.count))
      return nil
    } catch {
      return "is not UTF-8"
    }
  }
}
