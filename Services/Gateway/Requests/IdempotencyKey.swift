import Contracts
import HTTPServer

/// `Idempotency-Key`: the client's, or one made here, so that a lost reply is never a second effect.
enum IdempotencyKey {
  static let header = "Idempotency-Key"
  static let maxLength = 255

  /// - Throws: `invalid` for an empty or overlong key, for one with other characters than visible ASCII, or for two.
  static func of(_ headers: HTTPHeaders) throws(Problem) -> String {
    let given = headers.values(header)
    guard let key = given.first else { return make() }
    guard given.count == 1, (1...maxLength).contains(key.utf8.count), key.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
    else {
      throw Problem(
        .invalid, "The header \(header) must be given once, with 1 to \(maxLength) visible ASCII characters.")
    }
    return key
  }

  /// The key of one part of a larger request. A client's own key never has a space in it, so the two never meet.
  static func part(_ number: Int, of key: String) -> String { "\(key) \(number)" }

  private static func make() -> String {
    String(UInt64.random(in: 0...UInt64.max), radix: 16) + String(UInt64.random(in: 0...UInt64.max), radix: 16)
  }
}
