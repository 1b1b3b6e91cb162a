/// Rows for `copyIn`, in Postgres's text format: build them with `append`, one call a row.
public struct CopyRows: Sendable {
  private(set) var bytes: [UInt8] = []
  /// How many rows there are.
  public private(set) var count = 0

  /// `capacity`: bytes to expect.
  public init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

  /// Adds a row, one value a column in their order; nil is NULL.
  public mutating func append<each T: CopyEncodable>(_ values: repeat each T) {
    var isFirst = true
    for value in repeat each values {
      if !isFirst { bytes.append(UInt8(ascii: "\t")) }
      isFirst = false
      value.encode(into: &self)
    }
    bytes.append(UInt8(ascii: "\n"))
    count += 1
  }

  /// Adds text that may hold anything.
  mutating func escape(_ text: some Sequence<UInt8>) {
    for byte in text {
      switch byte {
      case UInt8(ascii: "\\"): bytes += [byte, byte]
      case UInt8(ascii: "\t"): bytes += [UInt8(ascii: "\\"), UInt8(ascii: "t")]
      case UInt8(ascii: "\n"): bytes += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
      case UInt8(ascii: "\r"): bytes += [UInt8(ascii: "\\"), UInt8(ascii: "r")]
      default: bytes.append(byte)
      }
    }
  }

  /// Adds text that needs no escape.
  mutating func plain(_ text: some Sequence<UInt8>) {
    bytes.append(contentsOf: text)
  }
}
