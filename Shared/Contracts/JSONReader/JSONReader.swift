/// Pulls values out of JSON text (RFC 8259, UTF-8) in the order in which they stand, without building a tree: what the
/// hot paths read batches, outcomes and audiences with. It tolerates any order of members, white space and unknown
/// members, like the general decoder, at a tenth of its cost.
///
/// A reader lives inside `JSONReader.read`, which lends it the bytes; it cannot be kept.
public struct JSONReader: ~Copyable {
  /// What is wrong with the text, and where: `path` is a JSON pointer.
  public struct Fault: Error {
    public var path: String
    public var detail: String

    public init(path: String = "", detail: String) {
      self.path = path
      self.detail = detail
    }
  }

  /// A member's name, as its raw bytes; compared with literals without making a `String`.
  public struct Key {
    let bytes: UnsafeBufferPointer<UInt8>

    public static func ~= (name: StaticString, key: Key) -> Bool {
      JSONReader.equal(name, key.bytes)
    }

    /// Escapes in it are left as they are.
    public var text: String { String(decoding: bytes, as: UTF8.self) }
  }

  /// Nesting deeper than this is refused: nobody's data needs it, and it would cost stack.
  static let maxDepth = 64

  let bytes: UnsafeBufferPointer<UInt8>
  var position: Int
  var depth = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>, from position: Int) {
    self.bytes = bytes
    self.position = position
  }

  /// Reads exactly one value from the bytes.
  /// - Throws: `Fault`, also where something follows the value.
  public static func read<R>(
    _ bytes: [UInt8], in range: Range<Int>? = nil, _ body: (inout JSONReader) throws(Fault) -> R
  ) throws(Fault) -> R {
    let range = range ?? 0..<bytes.count
    let result = bytes.withUnsafeBufferPointer { buffer -> Result<R, Fault> in
      var reader = JSONReader(UnsafeBufferPointer(rebasing: buffer[0..<range.upperBound]), from: range.lowerBound)
      do throws(Fault) {
        let value = try body(&reader)
        reader.skipSpace()
        guard reader.position == reader.bytes.count else { throw reader.fault("something follows the value") }
        return .success(value)
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  /// Calls `body` for each member with its name; it must read (or `skip()`) exactly the member's value.
  @inline(__always)
  public mutating func object(_ body: (Key, inout JSONReader) throws(Fault) -> Void) throws(Fault) {
    try open(UInt8(ascii: "{"), "an object")
    defer { depth -= 1 }
    if take(UInt8(ascii: "}")) { return }
    repeat {
      let key = try key()
      do throws(Fault) {
        try body(key, &self)
      } catch {
        throw Fault(path: "/\(key.text)\(error.path)", detail: error.detail)
      }
    } while try more(UInt8(ascii: "}"))
  }

  /// Calls `body` for each element with its index; it must read (or `skip()`) exactly the element.
  @inline(__always)
  public mutating func array(_ body: (Int, inout JSONReader) throws(Fault) -> Void) throws(Fault) {
    try open(UInt8(ascii: "["), "an array")
    defer { depth -= 1 }
    if take(UInt8(ascii: "]")) { return }
    var index = 0
    repeat {
      do throws(Fault) {
        try body(index, &self)
      } catch {
        throw Fault(path: "/\(index)\(error.path)", detail: error.detail)
      }
      index += 1
    } while try more(UInt8(ascii: "]"))
  }

  /// Whether the next value is null; takes it if so.
  public mutating func null() throws(Fault) -> Bool {
    skipSpace()
    guard position < bytes.count, bytes[position] == UInt8(ascii: "n") else { return false }
    try literal("null")
    return true
  }

  public mutating func bool() throws(Fault) -> Bool {
    skipSpace()
    guard position < bytes.count else { throw fault("the text ends too early") }
    switch bytes[position] {
    case UInt8(ascii: "t"):
      try literal("true")
      return true
    case UInt8(ascii: "f"):
      try literal("false")
      return false
    default: throw fault("expected true or false")
    }
  }

  /// A whole number that fits 64 bits.
  public mutating func integer() throws(Fault) -> Int64 {
    skipSpace()
    let isNegative = position < bytes.count && bytes[position] == UInt8(ascii: "-")
    if isNegative { position += 1 }
    let start = position
    var value: Int64 = 0
    while position < bytes.count, case let digit = bytes[position] &- 0x30, digit < 10 {
      let (tens, over) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) =
        isNegative
        ? tens.subtractingReportingOverflow(Int64(digit)) : tens.addingReportingOverflow(Int64(digit))
      guard !over && !carry else { throw fault("the number does not fit 64 bits") }
      value = sum
      position += 1
    }
    guard position > start else { throw fault("expected a whole number") }
    if position < bytes.count, [UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E")].contains(bytes[position]) {
      throw fault("expected a whole number")
    }
    guard position == start + 1 || bytes[start] != 0x30 else { throw fault("a number has a leading zero") }
    return value
  }

  /// A whole number that fits an `Int` of the platform.
  @inline(__always)
  public mutating func int() throws(Fault) -> Int { Int(try integer()) }

  @inline(__always)
  mutating func skipSpace() {
    while position < bytes.count, bytes[position] <= 0x20, Self.isSpace(bytes[position]) { position += 1 }
  }

  func fault(_ detail: String) -> Fault { Fault(path: "", detail: "\(detail) (at byte \(position))") }

  @inline(__always)
  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

  private mutating func open(_ byte: UInt8, _ what: String) throws(Fault) {
    guard take(byte) else { throw fault("expected \(what)") }
    depth += 1
    guard depth <= Self.maxDepth else { throw fault("it is nested deeper than \(Self.maxDepth) levels") }
  }

  private mutating func key() throws(Fault) -> Key {
    skipSpace()
    let raw = try rawString("a member's name")
    guard take(UInt8(ascii: ":")) else { throw fault("expected a colon") }
    return Key(bytes: UnsafeBufferPointer(rebasing: bytes[raw.range]))
  }

  /// After an element: whether a comma promises another, or `end` closes.
  private mutating func more(_ end: UInt8) throws(Fault) -> Bool {
    if take(UInt8(ascii: ",")) { return true }
    guard take(end) else { throw fault("expected a comma or \(Character(UnicodeScalar(end)))") }
    return false
  }

  @inline(__always)
  private mutating func take(_ byte: UInt8) -> Bool {
    skipSpace()
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  mutating func literal(_ text: StaticString) throws(Fault) {
    let end = position + text.utf8CodeUnitCount
    guard end <= bytes.count, Self.equal(text, UnsafeBufferPointer(rebasing: bytes[position..<end])) else {
      throw fault("expected \(text)")
    }
    position = end
  }

  /// Names are short: a loop beats a call.
  @inline(__always)
  private static func equal(_ text: StaticString, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard text.utf8CodeUnitCount == bytes.count else { return false }
    for index in 0..<bytes.count where text.utf8Start[index] != bytes[index] { return false }
    return true
  }
}
