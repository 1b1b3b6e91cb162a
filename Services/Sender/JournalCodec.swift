import Contracts
import FoundationEssentials

/// The journal's rows: a JSON array of results.
enum JournalCodec {
  static func encode(_ results: [MessageResult]) throws -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(results.count * 176)
    for result in results {
      bytes.append(UInt8(ascii: bytes.isEmpty ? "[" : ","))
      bytes += #"{"outcome":"#.utf8
      result.outcome.append(to: &bytes)
      if let waiting = result.waiting {
        bytes += #","waiting":"#.utf8
        bytes += try JSONEncoder().encode(waiting)
      }
      bytes.append(UInt8(ascii: "}"))
    }
    bytes += bytes.isEmpty ? "[]".utf8 : "]".utf8
    return bytes
  }

  static func decode(_ bytes: [UInt8]) throws -> [MessageResult] {
    try JSONDecoder().decode([MessageResult].self, from: Data(bytes))
  }
}
