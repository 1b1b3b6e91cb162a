import Contracts
import FoundationEssentials
import Postgres

/// Writes the JSON of an `AudiencePage` from rows of (id, phone, timezone, now, whether to list them as opted out,
/// fields…). By hand, since every message of every mailout passes here.
struct AudienceWriter {
  private let names: [[UInt8]]
  private var bytes: [UInt8] = Array(#"{"members":["#.utf8)
  private(set) var count = 0
  private var asOf: Int64?
  private var optedOut: [Int64] = []

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
    if asOf == nil { asOf = Timestamp.microseconds(try row[3, as: Date.self]) }
    guard let phone = try row[1, as: String?.self] else {
      if try row[4, as: Bool.self] { optedOut.append(try row[0, as: Int64.self]) }
      return
    }
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
      guard let value = try row[5 + index, as: String?.self] else { continue }
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
    // Where nobody was read, nobody is sent anything: the beginning of time does.
    bytes.append(member: "as_of", number: asOf ?? 0)
    if !optedOut.isEmpty {
      bytes.append(json: #","opted_out":["#)
      bytes += optedOut.map(String.init).joined(separator: ",").utf8
      bytes.append(UInt8(ascii: "]"))
    }
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
