/// A JSON text for a `json` or `jsonb` column; not parsed here.
public struct PostgresJSON: Hashable, Sendable {
  /// UTF-8.
  public var bytes: [UInt8]

  public init(_ bytes: [UInt8]) { self.bytes = bytes }
}

extension PostgresJSON: PostgresScalar {
  public static var postgresType: PostgresType { .jsonb }
  public static var isBinary: Bool { false }
  public static var arrayType: PostgresType { .jsonbArray }
  public func encode(into encoder: inout PostgresEncoder) { encoder.append(bytes) }

  /// Inside an array the binary format rules: a version number, then the text.
  public func encodeElement(into encoder: inout PostgresEncoder) {
    encoder.append(UInt8(1))
    encoder.append(bytes)
  }

  public static func decode(_ cell: PostgresCell) throws -> PostgresJSON {
    switch cell.type {
    case .json: PostgresJSON(Array(cell.bytes))
    case .jsonb: PostgresJSON(Array(try cell.jsonbText()))
    default: throw cell.mismatch(PostgresJSON.self)
    }
  }
}
