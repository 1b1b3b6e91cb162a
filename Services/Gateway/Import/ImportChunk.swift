import Contracts

/// Complete lines of a file, as many as one command takes.
struct ImportChunk: Sendable, Equatable {
  /// From 1, in the order of the file.
  let number: Int
  /// The number of the first line of `text` in the file.
  let firstLine: Int
  /// Lines, each with its line end. A line rejected here is left empty, which keeps the count.
  let text: [UInt8]
  /// Whether there is anything in `text` but lines rejected here.
  let hasContent: Bool
  /// The lines rejected here.
  let faults: [ImportFault]

  /// The data of `customer.import`.
  func data(format: ImportFormat, columns: [String]) -> [UInt8] {
    var data: [UInt8] = []
    data.reserveCapacity(text.count + text.count / 8 + 256)
    data += "{\"format\":\"\(format.rawValue)\",".utf8
    if format == .csv {
      data += "\"columns\":".utf8
      data.append(strings: columns)
      data.append(UInt8(ascii: ","))
    }
    data += "\"first_line\":\(firstLine),\"text\":".utf8
    text.withUnsafeBufferPointer { data.append(utf8String: $0) }
    data.append(UInt8(ascii: "}"))
    return data
  }

  /// What this chunk comes to: the owner's report, and the lines rejected here.
  func report(_ owner: ImportReport) -> ImportReport {
    guard !faults.isEmpty else { return owner }
    var report = owner
    report.rejected += faults.count
    report.errors = (owner.errors + faults).sorted { $0.line < $1.line }
    return report
  }
}

/// What the owner is told about a chunk's lines.
enum ImportFormat: String, Sendable {
  case csv, ndjson
}
