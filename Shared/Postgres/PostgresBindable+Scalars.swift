extension Int: PostgresScalar {
  public static var postgresType: PostgresType { .int8 }
  public static var arrayType: PostgresType { .int8Array }
  public func encode(into encoder: inout PostgresEncoder) { encoder.append(Int64(self)) }
  public static func decode(_ cell: PostgresCell) throws -> Int { Int(try cell.integer(Int.self)) }
}

extension Int64: PostgresScalar {
  public static var postgresType: PostgresType { .int8 }
  public static var arrayType: PostgresType { .int8Array }
  public func encode(into encoder: inout PostgresEncoder) { encoder.append(self) }
  public static func decode(_ cell: PostgresCell) throws -> Int64 { try cell.integer(Int64.self) }
}

extension Int32: PostgresScalar {
  public static var postgresType: PostgresType { .int4 }
  public static var arrayType: PostgresType { .int4Array }
  public func encode(into encoder: inout PostgresEncoder) { encoder.append(self) }

  public static func decode(_ cell: PostgresCell) throws -> Int32 {
    guard let value = Int32(exactly: try cell.integer(Int32.self)) else { throw cell.mismatch(Int32.self) }
    return value
  }
}

extension Int16: PostgresScalar {
  public static var postgresType: PostgresType { .int2 }
  public static var arrayType: PostgresType { .int2Array }
  public func encode(into encoder: inout PostgresEncoder) { encoder.append(self) }

  public static func decode(_ cell: PostgresCell) throws -> Int16 {
    guard let value = Int16(exactly: try cell.integer(Int16.self)) else { throw cell.mismatch(Int16.self) }
    return value
  }
}

extension Bool: PostgresScalar {
  public static var postgresType: PostgresType { .bool }
  public static var arrayType: PostgresType { .boolArray }
  public func encode(into encoder: inout PostgresEncoder) { encoder.append(UInt8(self ? 1 : 0)) }

  public static func decode(_ cell: PostgresCell) throws -> Bool {
    guard cell.type == .bool else { throw cell.mismatch(Bool.self) }
    return try cell.fixed(UInt8.self) != 0
  }
}

extension Double: PostgresScalar {
  public static var postgresType: PostgresType { .float8 }
  public static var arrayType: PostgresType { .float8Array }
  public func encode(into encoder: inout PostgresEncoder) { encoder.append(bitPattern) }

  public static func decode(_ cell: PostgresCell) throws -> Double {
    switch cell.type {
    case .float8: Double(bitPattern: try cell.fixed(UInt64.self))
    case .float4: Double(Float(bitPattern: try cell.fixed(UInt32.self)))
    default: throw cell.mismatch(Double.self)
    }
  }
}

extension Float: PostgresScalar {
  public static var postgresType: PostgresType { .float4 }
  public static var arrayType: PostgresType { .float4Array }
  public func encode(into encoder: inout PostgresEncoder) { encoder.append(bitPattern) }

  public static func decode(_ cell: PostgresCell) throws -> Float {
    guard cell.type == .float4 else { throw cell.mismatch(Float.self) }
    return Float(bitPattern: try cell.fixed(UInt32.self))
  }
}

/// Sent as text of no declared type, so that it fits enums, timestamps and the like as well as `text`.
extension String: PostgresScalar {
  public static var postgresType: PostgresType { .inferred }
  public static var isBinary: Bool { false }
  public static var elementType: PostgresType { .text }
  public static var arrayType: PostgresType { .textArray }
  public func encode(into encoder: inout PostgresEncoder) { encoder.append(self) }

  public static func decode(_ cell: PostgresCell) throws -> String {
    switch cell.type {
    case .text, .varchar, .bpchar, .name, .char, .unknown, .json:
      try cell.string(cell.bytes)
    case .jsonb:
      try cell.string(try cell.jsonbText())
    case let type where type.isUserDefined:
      try cell.string(cell.bytes)
    default:
      throw cell.mismatch(String.self)
    }
  }
}
