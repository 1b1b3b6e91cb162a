/// A type whose Swift array stands for a Postgres type: an array of it, or `bytea` for bytes.
public protocol PostgresArrayElement: Sendable {
  static var arrayType: PostgresType { get }
  static func encodeArray(_ values: [Self], into encoder: inout PostgresEncoder)
  static func decodeArray(_ cell: PostgresCell) throws -> [Self]
}

/// A scalar that can stand in a Postgres array. Whole batches travel this way: one parameter for 5,000 rows.
public protocol PostgresScalar: PostgresBindable, PostgresArrayElement {
  /// The type inside an array; there nothing is inferred.
  static var elementType: PostgresType { get }
}

extension PostgresScalar {
  public static var elementType: PostgresType { postgresType }

  public static func encodeArray(_ values: [Self], into encoder: inout PostgresEncoder) {
    encoder.appendArrayHeader(count: values.count, element: elementType, nulls: false)
    encoder.reserve(values.count * 16)
    for value in values { encoder.appendCounted { value.encodeElement(into: &$0) } }
  }

  public static func decodeArray(_ cell: PostgresCell) throws -> [Self] {
    try cell.elements { element in
      guard !element.isNull else { throw element.unexpectedNull(Self.self) }
      return try decode(element)
    }
  }
}

extension Optional: PostgresArrayElement where Wrapped: PostgresScalar {
  public static var arrayType: PostgresType { Wrapped.arrayType }

  public static func encodeArray(_ values: [Wrapped?], into encoder: inout PostgresEncoder) {
    encoder.appendArrayHeader(count: values.count, element: Wrapped.elementType, nulls: true)
    encoder.reserve(values.count * 16)
    for value in values {
      if let value {
        encoder.appendCounted { value.encodeElement(into: &$0) }
      } else {
        encoder.append(Int32(-1))
      }
    }
  }

  public static func decodeArray(_ cell: PostgresCell) throws -> [Wrapped?] {
    try cell.elements { $0.isNull ? nil : try Wrapped.decode($0) }
  }
}

/// Bytes are one value, not an array of numbers.
extension UInt8: PostgresArrayElement {
  public static var arrayType: PostgresType { .bytea }

  public static func encodeArray(_ values: [UInt8], into encoder: inout PostgresEncoder) {
    encoder.append(values)
  }

  public static func decodeArray(_ cell: PostgresCell) throws -> [UInt8] {
    guard cell.type == .bytea else { throw cell.mismatch([UInt8].self) }
    return Array(cell.bytes)
  }
}

extension Array: PostgresBindable where Element: PostgresArrayElement {
  public static var postgresType: PostgresType { Element.arrayType }
  public func encode(into encoder: inout PostgresEncoder) { Element.encodeArray(self, into: &encoder) }
  public static func decode(_ cell: PostgresCell) throws -> [Element] { try Element.decodeArray(cell) }
}

/// `[[UInt8]]` is `bytea[]`.
extension Array: PostgresArrayElement, PostgresScalar where Element == UInt8 {
  public static var arrayType: PostgresType { .byteaArray }
}

extension PostgresEncoder {
  /// One dimension, lower bound 1; an empty array has no dimension at all.
  mutating func appendArrayHeader(count: Int, element: PostgresType, nulls: Bool) {
    append(Int32(count == 0 ? 0 : 1))
    append(Int32(nulls ? 1 : 0))
    append(element.id)
    guard count > 0 else { return }
    append(Int32(count))
    append(Int32(1))
  }

  mutating func reserve(_ more: Int) {
    bytes.reserveCapacity(bytes.count + more)
  }
}
