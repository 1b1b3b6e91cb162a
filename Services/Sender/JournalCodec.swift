import Contracts
import FoundationEssentials

/// The journal's rows: a JSON array of results.
enum JournalCodec {
  static func encode(_ results: [MessageResult]) throws -> [UInt8] {
    [UInt8](try JSONEncoder().encode(results))
  }

  static func decode(_ bytes: [UInt8]) throws -> [MessageResult] {
    try JSONDecoder().decode([MessageResult].self, from: Data(bytes))
  }
}
