/// A Swift type that stands for a Postgres type: bound as a parameter and read from a column.
///
/// An enum over a bindable raw value only has to declare the conformance.
public protocol PostgresBindable: Sendable {
  /// The type the server is told; `.inferred` leaves it to the place where the parameter stands.
  static var postgresType: PostgresType { get }
  /// Whether `encode` writes the binary format; otherwise it writes the type's text in UTF-8.
  static var isBinary: Bool { get }
  /// Whether this value is NULL; then `encode` is not called.
  var isNull: Bool { get }
  func encode(into encoder: inout PostgresEncoder)
  /// Writes the binary format always: an array's element, a column of a COPY.
  func encodeElement(into encoder: inout PostgresEncoder)
  /// Reads a value. Throws `PostgresError` with code `.decoding`.
  static func decode(_ cell: PostgresCell) throws -> Self
  /// What a NULL column becomes; nil where NULL is an error.
  static var nullValue: Self? { get }
}

extension PostgresBindable {
  public static var isBinary: Bool { true }
  public var isNull: Bool { false }
  public static var nullValue: Self? { nil }
  public func encodeElement(into encoder: inout PostgresEncoder) { encode(into: &encoder) }
}

extension PostgresBindable where Self: RawRepresentable, RawValue: PostgresBindable {
  public static var postgresType: PostgresType { RawValue.postgresType }
  public static var isBinary: Bool { RawValue.isBinary }
  public func encode(into encoder: inout PostgresEncoder) { rawValue.encode(into: &encoder) }

  public static func decode(_ cell: PostgresCell) throws -> Self {
    guard let value = Self(rawValue: try RawValue.decode(cell)) else { throw cell.mismatch(Self.self) }
    return value
  }
}

extension Optional: PostgresBindable where Wrapped: PostgresBindable {
  public static var postgresType: PostgresType { Wrapped.postgresType }
  public static var isBinary: Bool { Wrapped.isBinary }
  public var isNull: Bool {
    switch self {
    case .none: true
    case .some(let value): value.isNull
    }
  }
  public func encode(into encoder: inout PostgresEncoder) { self?.encode(into: &encoder) }
  public func encodeElement(into encoder: inout PostgresEncoder) { self?.encodeElement(into: &encoder) }
  public static func decode(_ cell: PostgresCell) throws -> Wrapped? { try Wrapped.decode(cell) }
  public static var nullValue: Wrapped?? { .some(nil) }
}
