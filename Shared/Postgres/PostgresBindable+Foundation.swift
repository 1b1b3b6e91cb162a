public import FoundationEssentials

/// `timestamptz`, to the microsecond. Dates beyond Postgres's range travel as its infinities, which read back as
/// `distantFuture` and `distantPast`.
extension Date: PostgresScalar {
  public static var postgresType: PostgresType { .timestamptz }
  public static var arrayType: PostgresType { .timestamptzArray }

  public func encode(into encoder: inout PostgresEncoder) {
    encoder.append(PostgresTimestamp(self).microseconds)
  }

  public static func decode(_ cell: PostgresCell) throws -> Date {
    guard cell.type == .timestamptz else { throw cell.mismatch(Date.self) }
    return PostgresTimestamp(microseconds: try cell.fixed(Int64.self)).date
  }
}

extension UUID: PostgresScalar {
  public static var postgresType: PostgresType { .uuid }
  public static var arrayType: PostgresType { .uuidArray }

  public func encode(into encoder: inout PostgresEncoder) {
    withUnsafeBytes(of: uuid) { encoder.append(raw: $0) }
  }

  public static func decode(_ cell: PostgresCell) throws -> UUID {
    guard cell.type == .uuid, cell.bytes.count == 16 else { throw cell.mismatch(UUID.self) }
    return UUID(uuid: cell.bytes.loadUnaligned(as: uuid_t.self))
  }
}
