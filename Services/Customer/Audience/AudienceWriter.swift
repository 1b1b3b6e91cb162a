import Contracts
import Postgres

/// Writes the JSON of an `AudiencePage` from rows of (id, phone, timezone, fields…). By hand, since every message of
/// every mailout passes here.
struct AudienceWriter {
  private let names: [[UInt8]]
  private var bytes: [UInt8] = Array(#"{"members":["#.utf8)
  private(set) var count = 0

  init(fields: [String]) {
    names = fields.map { field in
      var name: [UInt8] = []
      name.append(string: field)
      return name + [UInt8(ascii: ":")]
    }
    bytes.reserveCapacity(128 * 1024)
  }

  /// A customer without a phone is passed over.
  mutating func append(_ row: PostgresRow) throws {
    guard let phone = try row[1, as: String?.self] else { return }
    if count > 0 { bytes.append(UInt8(ascii: ",")) }
    count += 1
    bytes.append(json: #"{"id":"#)
    bytes.append(number: try row[0, as: Int64.self])
    bytes.append(json: #","phone":"#)
    bytes.append(string: phone)
    if let timezone = try row[2, as: String?.self] {
      bytes.append(json: #","timezone":"#)
      bytes.append(string: timezone)
    }
    try appendFields(row)
    bytes.append(UInt8(ascii: "}"))
  }

  private mutating func appendFields(_ row: PostgresRow) throws {
    var isFirst = true
    for (index, name) in names.enumerated() {
      guard let value = try row[3 + index, as: String?.self] else { continue }
      if isFirst { bytes.append(json: #","fields":{"#) } else { bytes.append(UInt8(ascii: ",")) }
      isFirst = false
      bytes.append(contentsOf: name)
      bytes.append(string: value)
    }
    if !isFirst { bytes.append(UInt8(ascii: "}")) }
  }

  /// The page; `next` is where the next one begins.
  consuming func finish(next: Int64?) -> AudienceBytes {
    bytes.append(json: #"],"next":"#)
    if let next { bytes.append(number: next) } else { bytes.append(json: "null") }
    bytes.append(UInt8(ascii: "}"))
    return AudienceBytes(bytes: bytes, count: count)
  }
}

/// A page as it goes out.
struct AudienceBytes: Sendable {
  let bytes: [UInt8]
  /// Members in it.
  let count: Int
}
