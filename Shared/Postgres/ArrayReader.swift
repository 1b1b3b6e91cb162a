/// Walks through the binary format of an array. Every length is checked against the bytes that are there.
struct ArrayReader {
  private var rest: UnsafeRawBufferPointer

  init(_ bytes: UnsafeRawBufferPointer) { rest = bytes }

  /// The leading fields; nil where the bytes are no array.
  mutating func header() -> (dimensions: Int, element: PostgresType, count: Int)? {
    guard let dimensions = int32(), int32() != nil, let element = int32() else { return nil }
    let type = PostgresType(id: UInt32(bitPattern: element))
    guard dimensions == 1 else { return (Int(dimensions), type, 0) }
    guard let count = int32(), int32() != nil, count >= 0, Int(count) <= rest.count / 4 else { return nil }
    return (1, type, Int(count))
  }

  mutating func element() -> (bytes: UnsafeRawBufferPointer, isNull: Bool)? {
    guard let length = int32() else { return nil }
    guard length >= 0 else { return (UnsafeRawBufferPointer(start: nil, count: 0), true) }
    guard Int(length) <= rest.count else { return nil }
    defer { rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(Int(length))) }
    return (UnsafeRawBufferPointer(rebasing: rest.prefix(Int(length))), false)
  }

  private mutating func int32() -> Int32? {
    guard rest.count >= 4 else { return nil }
    defer { rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(4)) }
    return Int32(bigEndian: rest.loadUnaligned(as: Int32.self))
  }
}
