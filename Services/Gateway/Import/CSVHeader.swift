import Contracts

/// The header row of a CSV file.
enum CSVHeader {
  /// The names, in order, without blanks around them. What they may be is the owner's rule; that they are names, and
  /// each there once, is checked here.
  /// - Throws: `malformed` where the row is no CSV, `invalid` with each wrong column as `/columns/<index>`.
  static func columns(_ row: [UInt8]) throws(Problem) -> [String] {
    guard let text = String(validating: row, as: UTF8.self) else {
      throw Problem(.malformed, "The header row is not UTF-8.")
    }
    let names = try fields(text.hasSuffix("\r") ? text.dropLast() : text[...])
      .map { String($0.trimming(while: { $0 == " " || $0 == "\t" })) }
    var seen: Set<String> = []
    var errors: [Problem.Field] = []
    for (index, name) in names.enumerated() {
      if let fault = FieldReader.fault(in: name, max: 100, allowEmpty: false) {
        errors.append(Problem.Field("/columns/\(index)", "the column's name \(fault)"))
      } else if !seen.insert(name).inserted {
        errors.append(Problem.Field("/columns/\(index)", "the column \"\(name)\" stands there twice"))
      }
    }
    guard errors.isEmpty else { throw Problem.invalid(errors) }
    return names
  }

  private static func fields(_ row: Substring) throws(Problem) -> [String] {
    var fields: [String] = []
    var rest = row.unicodeScalars[...]
    while true {
      if rest.first == "\"" {
        fields.append(try quoted(&rest))
      } else {
        let end = rest.firstIndex(of: ",") ?? rest.endIndex
        fields.append(String(rest[..<end]))
        rest = rest[end...]
      }
      guard rest.first == "," else { break }
      rest.removeFirst()
    }
    guard rest.isEmpty else {
      throw Problem(.malformed, "The header row has text after the closing quote of column \(fields.count).")
    }
    return fields
  }

  private static func quoted(_ rest: inout String.UnicodeScalarView.SubSequence) throws(Problem) -> String {
    var field = String.UnicodeScalarView()
    rest.removeFirst()
    while let end = rest.firstIndex(of: "\"") {
      field += rest[..<end]
      rest = rest[rest.index(after: end)...]
      guard rest.first == "\"" else { return String(field) }
      field.append("\"")
      rest.removeFirst()
    }
    throw Problem(.malformed, "The header row has a quoted name that never ends.")
  }
}
