/// One value of a result while it is being decoded. Not to be kept: it points into the result's memory.
public struct PostgresCell {
  public let type: PostgresType
  /// The value in binary format; empty for NULL.
  public let bytes: UnsafeRawBufferPointer
  public let isNull: Bool
  let result: ResultBuffer
  let column: Int

  /// An integer of 2, 4 or 8 bytes, by the column's type.
  func integer<T>(_ wanted: T.Type) throws -> Int64 {
    switch type {
    case .int8: try fixed(Int64.self)
    case .int4: Int64(try fixed(Int32.self))
    case .int2: Int64(try fixed(Int16.self))
    case .oid: Int64(try fixed(UInt32.self))
    default: throw mismatch(wanted)
    }
  }

  /// A big-endian integer of exactly the cell's length.
  func fixed<T: FixedWidthInteger & BitwiseCopyable>(_ integer: T.Type) throws -> T {
    guard bytes.count == MemoryLayout<T>.size else { throw mismatch(T.self) }
    return T(bigEndian: bytes.loadUnaligned(as: T.self))
  }

  func string(_ bytes: UnsafeRawBufferPointer) throws -> String {
    guard let string = String(validating: bytes, as: UTF8.self) else {
      throw PostgresError(.decoding, "the text is not UTF-8", column: name)
    }
    return string
  }

  /// `jsonb` without its version number.
  func jsonbText() throws -> UnsafeRawBufferPointer {
    guard bytes.first == 1 else { throw PostgresError(.decoding, "unknown version of jsonb", column: name) }
    return UnsafeRawBufferPointer(rebasing: bytes.dropFirst())
  }

  /// The elements of a one-dimensional array, each decoded by `body`.
  func elements<T>(_ body: (PostgresCell) throws -> T) throws -> [T] {
    var reader = ArrayReader(bytes)
    guard type.isArray, let header = reader.header() else { throw mismatch([T].self) }
    guard header.dimensions <= 1 else {
      throw PostgresError(.decoding, "an array of \(header.dimensions) dimensions", column: name)
    }
    var values: [T] = []
    values.reserveCapacity(header.count)
    for _ in 0..<header.count {
      guard let element = reader.element() else { throw mismatch([T].self) }
      values.append(
        try body(
          PostgresCell(
            type: header.element, bytes: element.bytes, isNull: element.isNull, result: result, column: column)))
    }
    return values
  }

  /// The column's name.
  var name: String { result.name(of: column) }

  func mismatch<T>(_ wanted: T.Type) -> PostgresError {
    PostgresError(
      .decoding, "\(type.label) does not read as \(wanted): cast it in the SQL or read another type", column: name)
  }

  func unexpectedNull<T>(_ wanted: T.Type) -> PostgresError {
    PostgresError(.decoding, "NULL does not read as \(wanted): read an Optional", column: name)
  }
}
