/// `timestamptz` by its microseconds since 1970, exact and without a detour over `Date`.
public struct PostgresInstant: PostgresScalar, Hashable {
  /// From 1970-01-01 to 2000-01-01, where Postgres starts to count.
  private static let epoch: Int64 = 946_684_800_000_000

  /// Microseconds since 1970-01-01 UTC.
  public let microseconds: Int64

  /// What is before 4714 BC, which the server does not take, becomes that.
  public init(microseconds: Int64) { self.microseconds = max(microseconds, -210_866_803_200_000_000) }

  public static var postgresType: PostgresType { .timestamptz }
  public static var arrayType: PostgresType { .timestamptzArray }

  public func encode(into encoder: inout PostgresEncoder) { encoder.append(microseconds - Self.epoch) }

  public static func decode(_ cell: PostgresCell) throws -> PostgresInstant {
    guard cell.type == .timestamptz else { throw cell.mismatch(PostgresInstant.self) }
    return PostgresInstant(microseconds: try cell.fixed(Int64.self).addingReportingOverflow(Self.epoch).partialValue)
  }
}
