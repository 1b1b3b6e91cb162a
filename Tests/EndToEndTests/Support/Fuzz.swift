import Contracts
import TestSupport

/// Bodies at random, the same ones for the same seed.
struct Fuzz: RandomNumberGenerator {
  private var random: SeededRandom

  init(seed: UInt64) { random = SeededRandom(seed: seed) }

  mutating func next() -> UInt64 { random.next() }

  private static let names = [
    "phone", "phone_code", "timezone", "email", "first_name", "last_name", "attributes", "tags", "tag", "tag_id",
    "text",
    "limit", "after", "sort", "id", "", "a/b~c", "\u{0}", "x",
  ]
  private static let strings = [
    "", "a", "79169876543", "+7 (916) 987-65-43", "916", "49-1511", "UTC", "Europe/Moscow", "a@b.cd", "a;b", " a ",
    "\u{0}",
    "'", "\\", "\"", "\n", "\u{202E}", "👩‍👩‍👧‍👦", "-id", "９１６", "e\u{301}", String(repeating: "ä", count: 300),
  ]

  /// An object like a right one with something else in it, any other JSON, or a right one with bytes changed.
  mutating func body(like right: JSON) -> [UInt8] {
    switch Int.random(in: 0..<4, using: &self) {
    case 0: return value(depth: 0).bytes
    case 1:
      var bytes = right.bytes
      for _ in 0...Int.random(in: 0..<3, using: &self) where !bytes.isEmpty {
        bytes[Int.random(in: 0..<bytes.count, using: &self)] = UInt8.random(in: 0...255, using: &self)
      }
      return bytes
    default:
      guard case .object(var members) = right else { return right.bytes }
      for _ in 0...Int.random(in: 0..<3, using: &self) { members[pick(Self.names)] = value(depth: 1) }
      return JSON.object(members).bytes
    }
  }

  private mutating func value(depth: Int) -> JSON {
    switch Int.random(in: 0..<(depth > 4 ? 5 : 8), using: &self) {
    case 0: .null
    case 1: .bool(Bool.random(using: &self))
    case 2: .integer(Int64.random(in: Int64.min...Int64.max, using: &self))
    case 3: .number(Double.random(in: -1e30...1e30, using: &self))
    case 4, 5: .string(pick(Self.strings))
    case 6: .array((0..<Int.random(in: 0..<4, using: &self)).map { _ in value(depth: depth + 1) })
    default:
      .object(
        Dictionary((0..<Int.random(in: 0..<4, using: &self)).map { _ in (pick(Self.names), value(depth: depth + 1)) }) {
          $1
        })
    }
  }

  private mutating func pick(_ from: [String]) -> String { from[Int.random(in: 0..<from.count, using: &self)] }
}
