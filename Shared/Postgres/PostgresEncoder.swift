/// The bytes of parameters in the wire's binary format; numbers are big-endian.
public struct PostgresEncoder: Sendable {
  var bytes: [UInt8] = []

  /// Appends an integer in its full width.
  @inlinable
  public mutating func append(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.bigEndian) { append(raw: $0) }
  }

  public mutating func append(_ value: [UInt8]) {
    bytes.append(contentsOf: value)
  }

  /// Appends UTF-8 without a terminator.
  public mutating func append(_ value: String) {
    bytes.append(contentsOf: value.utf8)
  }

  public mutating func append(raw buffer: UnsafeRawBufferPointer) {
    bytes.append(contentsOf: buffer)
  }

  /// Appends what `body` appends, after its length as an Int32: an array's element.
  mutating func appendCounted(_ body: (inout PostgresEncoder) -> Void) {
    let start = bytes.count
    append(Int32(0))
    body(&self)
    let length = UInt32(truncatingIfNeeded: bytes.count - start - 4).bigEndian
    bytes.withUnsafeMutableBytes { $0.storeBytes(of: length, toByteOffset: start, as: UInt32.self) }
  }
}
