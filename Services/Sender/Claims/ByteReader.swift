import Contracts

/// Reads what `[UInt8].append(varint:)` and `append(counted:)` wrote.
struct ByteReader {
  static let fault = Problem(.internal, "A journal entry cannot be read.")

  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { position == bytes.count }

  mutating func byte() throws(Problem) -> UInt8 {
    guard position < bytes.count else { throw Self.fault }
    defer { position += 1 }
    return bytes[position]
  }

  mutating func varint() throws(Problem) -> Int64 {
    var (value, shift): (UInt64, UInt64) = (0, 0)
    while true {
      let byte = try byte()
      guard shift < 64 else { throw Self.fault }
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { break }
      shift += 7
    }
    return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }

  mutating func counted() throws(Problem) -> String {
    let count = try varint()
    guard count >= 0, count <= bytes.count - position else { throw Self.fault }
    defer { position += Int(count) }
    return String(decoding: bytes[position..<position + Int(count)], as: UTF8.self)
  }
}

extension [UInt8] {
  /// Seven bits a byte, the lowest first; zigzag, so that small negative numbers are short too.
  mutating func append(varint value: Int64) {
    var rest = UInt64(bitPattern: value << 1 ^ value >> 63)
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(rest))
  }

  /// A text with its length before it.
  mutating func append(counted text: String) {
    append(varint: Int64(text.utf8.count))
    self += text.utf8
  }
}
