import Contracts

extension CustomerRecord {
  /// The customer as a line of NDJSON that the import takes: what is not there is left out.
  func appendLine(to bytes: inout [UInt8]) {
    bytes.append(json: #"{"tags":"#)
    bytes.append(strings: tags)
    for (name, value) in texts { if let value { bytes.append(member: name, value) } }
    bytes.append(json: #","attributes":"#)
    bytes += attributes.utf8
    if optedOutAt != nil { bytes.append(json: #","opted_out":true"#) }
    bytes.append(json: "}\n")
  }

  /// The customer as a row of CSV: the fields of `ImportColumn.standard`, in that order, and these attributes.
  /// - Throws: `Problem` where the stored attributes cannot be read.
  func appendRow(attributes names: [String], to bytes: inout [UInt8]) throws {
    for (index, text) in texts.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      if let value = text.value { bytes.append(csv: value) }
    }
    bytes.append(UInt8(ascii: ","))
    bytes.append(csv: tags.joined(separator: ";"))
    bytes.append(json: optedOutAt == nil ? "," : ",true")
    // Most customers have none, and reading is what costs.
    let own: JSON = attributes == "{}" || names.isEmpty ? [:] : try JSON.parse(attributes.utf8)
    for name in names {
      bytes.append(UInt8(ascii: ","))
      if case .string(let value)? = own[name] { bytes.append(csv: value) }
    }
    bytes.append(json: "\r\n")
  }

  private var texts: [(name: StaticString, value: String?)] {
    [
      ("phone", phone), ("phone_code", phoneCode), ("timezone", timezone), ("email", email),
      ("first_name", firstName), ("last_name", lastName),
    ]
  }
}

extension [UInt8] {
  /// A field of CSV, in quotes where it needs them, and no formula.
  fileprivate mutating func append(csv text: String) {
    let text = FormulaGuard.guarded(text)
    let quote = UInt8(ascii: "\"")
    guard text.utf8.contains(where: { $0 == UInt8(ascii: ",") || $0 == quote || $0 == 0x0A || $0 == 0x0D }) else {
      append(contentsOf: text.utf8)
      return
    }
    append(quote)
    for byte in text.utf8 {
      if byte == quote { append(quote) }
      append(byte)
    }
    append(quote)
  }
}
