import Contracts

/// One object of an NDJSON import. The usual, well-typed line is decoded straight; any other is kept as JSON so that
/// all its faults can be named.
enum ImportLine: Decodable, Sendable {
  case typed(Fields)
  case other(JSON)

  init(from decoder: any Decoder) throws {
    if let fields = try? Fields(from: decoder) {
      self = .typed(fields)
    } else {
      self = .other(try JSON(from: decoder))
    }
  }

  /// The fields of a line, each of the right type, and no others.
  struct Fields: Decodable, Sendable {
    var texts: [(ImportColumn, String)] = []
    var tags: [String]?
    var attributes: [String: String]?

    private struct Name: CodingKey {
      let stringValue: String
      var intValue: Int? { nil }
      init(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Name.self)
      for key in container.allKeys {
        switch key.stringValue {
        case "tags": tags = try container.decodeIfPresent([String].self, forKey: key)
        case "attributes": attributes = try container.decodeIfPresent([String: String].self, forKey: key)
        case let name:
          guard let column = ImportColumn.text(name) else {
            throw DecodingError.dataCorruptedError(forKey: key, in: container, debugDescription: "unknown field")
          }
          if let text = try container.decodeIfPresent(String.self, forKey: key) { texts.append((column, text)) }
        }
      }
    }
  }

  /// - Returns: the row, or every fault of the line.
  func row(line: Int, zones: TimeZoneNames) -> Result<ImportRow, ImportFaults> {
    var reader = ImportRowReader(line: line, zones: zones)
    switch self {
    case .typed(let fields):
      for (column, text) in fields.texts { reader.set(column, text) }
      if let tags = fields.tags { reader.set(tags: tags) }
      if let attributes = fields.attributes { reader.set(attributes: attributes) }
    case .other(let json):
      do {
        _ = try CustomerDraft.read(json, zones: zones)
        reader.fail(nil, "is not a customer")
      } catch {
        for fault in error.errors {
          reader.fail(fault.pointer.isEmpty ? nil : String(fault.pointer.dropFirst()), fault.detail)
        }
      }
    }
    return reader.finish()
  }
}

extension ImportColumn {
  /// The column of a plain text field; nil for tags, attributes and unknown names.
  static func text(_ name: String) -> ImportColumn? {
    switch name {
    case "phone": .phone
    case "phone_code": .phoneCode
    case "timezone": .timezone
    case "email": .email
    case "first_name": .firstName
    case "last_name": .lastName
    default: nil
    }
  }
}
