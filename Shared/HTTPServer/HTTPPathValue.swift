public import FoundationEssentials

/// A type that a path parameter can be read as.
public protocol HTTPPathValue: Sendable {
  /// Nil where the text does not fit.
  init?(pathValue: String)
}

extension String: HTTPPathValue {
  public init?(pathValue: String) { self = pathValue }
}

extension Int64: HTTPPathValue {
  /// Decimal digits with an optional minus; no plus, no blanks.
  public init?(pathValue: String) {
    guard pathValue.utf8.first != UInt8(ascii: "+"), let value = Int64(pathValue) else { return nil }
    self = value
  }
}

extension Int: HTTPPathValue {
  /// As `Int64`.
  public init?(pathValue: String) {
    guard let value = Int64(pathValue: pathValue) else { return nil }
    self.init(exactly: value)
  }
}

extension UUID: HTTPPathValue {
  /// The usual form with hyphens, of either case.
  public init?(pathValue: String) { self.init(uuidString: pathValue) }
}
