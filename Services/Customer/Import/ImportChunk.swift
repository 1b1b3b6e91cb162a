import Contracts

/// The data of `customer.import`: complete lines of one file.
struct ImportChunk: Codable, Sendable {
  enum Format: String, Codable, Sendable {
    case csv
    /// One object a line.
    case ndjson
    /// As `ndjson`: the gateway has taken the array apart.
    case json
  }

  static let maxBytes = 8 << 20
  static let maxLines = 20_000
  /// What a file's first line here may be numbered: whatever follows can still be counted.
  static let lineNumbers = 1...1_000_000_000_000

  var format: Format
  /// The header row of a CSV file.
  var columns: [String]?
  /// The number of the first line in the file, from 1.
  var firstLine: Int
  var text: String

  enum CodingKeys: String, CodingKey {
    case format, columns, text
    case firstLine = "first_line"
  }

  /// The lines, sorted into good and bad.
  /// - Throws: `Problem` where the chunk as a whole cannot be taken: columns that cannot be, or too much of it.
  func parse(zones: TimeZoneNames) throws(Problem) -> ParsedImport {
    guard text.utf8.count <= Self.maxBytes else {
      throw Problem.invalid([Problem.Field("/text", "must have at most \(Self.maxBytes) bytes")])
    }
    guard Self.lineNumbers.contains(firstLine) else {
      let (least, most) = (Self.lineNumbers.lowerBound, Self.lineNumbers.upperBound)
      throw Problem.invalid([Problem.Field("/first_line", "must be between \(least) and \(most)")])
    }
    var result = ParsedImport()
    let bytes = Array(text.utf8)
    switch format {
    case .csv: Self.parseCSV(bytes, firstLine, try ImportColumn.read(columns ?? []), zones, &result)
    case .ndjson, .json: Self.parseLines(bytes, firstLine, zones, &result)
    }
    guard result.count <= Self.maxLines else {
      throw Problem.invalid([Problem.Field("/text", "must have at most \(Self.maxLines) lines")])
    }
    return result
  }

  private static func parseCSV(
    _ bytes: [UInt8], _ firstLine: Int, _ columns: [ImportColumn], _ zones: TimeZoneNames, _ result: inout ParsedImport
  ) {
    var reader = CSVReader(bytes, firstLine: firstLine)
    while let record = reader.next() {
      if case .broken(let detail) = record {
        result.reject([ImportFault(line: reader.line, field: nil, detail: detail)])
        continue
      }
      guard reader.fields.count == columns.count else {
        let detail = "has \(reader.fields.count) fields, the header has \(columns.count)"
        result.reject([ImportFault(line: reader.line, field: nil, detail: detail)])
        continue
      }
      var row = ImportRowReader(line: reader.line, zones: zones)
      for (column, text) in zip(columns, reader.fields) { row.set(column, FormulaGuard.bare(text)) }
      result.add(row.finish())
    }
  }

  private static func parseLines(
    _ bytes: [UInt8], _ firstLine: Int, _ zones: TimeZoneNames, _ result: inout ParsedImport
  ) {
    for (offset, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
      if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { continue }
      result.add(ImportLine(line).row(line: firstLine + offset, zones: zones))
    }
  }
}
