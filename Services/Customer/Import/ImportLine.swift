import Contracts
import FoundationEssentials

/// One object of an NDJSON import.
enum ImportLine: Sendable {
  /// The usual line, each field of the right type and none unknown.
  case typed(Fields)
  /// Any other JSON, kept so that all its faults can be named.
  case other(JSON)
  /// No JSON at all; what is wrong with it.
  case broken(String)

  struct Fields: Sendable {
    var texts: [(ImportColumn, String)] = []
    var tags: [String]?
    var attributes: [String: String]?
    var optedOut: Bool?
  }

  init(_ bytes: ArraySlice<UInt8>) {
    if let fields = ImportLineScanner.fields(bytes) {
      self = .typed(fields)
      return
    }
    do {
      self = .other(try JSON.parse(bytes))
    } catch {
      self = .broken(error.detail.replacing("The body is", with: "is"))
    }
  }

  /// - Returns: the row, or every fault of the line.
  func row(line: Int, zones: TimeZoneNames) -> Result<ImportRow, ImportFaults> {
    var reader = ImportRowReader(line: line, zones: zones)
    switch self {
    case .typed(let fields):
      for (column, text) in fields.texts { reader.set(column, text) }
      if let tags = fields.tags { reader.set(tags: tags) }
      if let optedOut = fields.optedOut { reader.set(optedOut: optedOut) }
      if let attributes = fields.attributes { reader.set(attributes: attributes) }
    case .other(let json):
      do {
        _ = try CustomerDraft.read(json, zones: zones)
        reader.fail(nil, "is written in a way that cannot be read")
      } catch {
        for fault in error.errors {
          reader.fail(fault.pointer.isEmpty ? nil : String(fault.pointer.dropFirst()), fault.detail)
        }
      }
    case .broken(let detail):
      reader.fail(nil, detail)
    }
    return reader.finish()
  }
}
