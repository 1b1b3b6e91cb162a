public import FoundationEssentials

/// A value that can stand in a row of `CopyRows`.
public protocol CopyEncodable: Sendable {
  func encode(into rows: inout CopyRows)
}

extension Optional: CopyEncodable where Wrapped: CopyEncodable {
  public func encode(into rows: inout CopyRows) {
    if let self { self.encode(into: &rows) } else { rows.plain([UInt8(ascii: "\\"), UInt8(ascii: "N")]) }
  }
}

extension String: CopyEncodable {
  public func encode(into rows: inout CopyRows) { rows.escape(utf8) }
}

extension PostgresJSON: CopyEncodable {
  public func encode(into rows: inout CopyRows) { rows.escape(bytes) }
}

extension Int: CopyEncodable {
  public func encode(into rows: inout CopyRows) { rows.plain(String(self).utf8) }
}

extension Int64: CopyEncodable {
  public func encode(into rows: inout CopyRows) { rows.plain(String(self).utf8) }
}

extension Int32: CopyEncodable {
  public func encode(into rows: inout CopyRows) { rows.plain(String(self).utf8) }
}

extension Int16: CopyEncodable {
  public func encode(into rows: inout CopyRows) { rows.plain(String(self).utf8) }
}

extension Bool: CopyEncodable {
  public func encode(into rows: inout CopyRows) { rows.plain(CollectionOfOne(UInt8(ascii: self ? "t" : "f"))) }
}

extension Double: CopyEncodable {
  /// Swift's `inf` and `nan` are words that Postgres reads.
  public func encode(into rows: inout CopyRows) { rows.plain("\(self)".utf8) }
}

extension UUID: CopyEncodable {
  public func encode(into rows: inout CopyRows) { rows.plain(uuidString.utf8) }
}

/// `bytea`, in hexadecimal digits.
extension Array: CopyEncodable where Element == UInt8 {
  public func encode(into rows: inout CopyRows) {
    let digits = Array("0123456789abcdef".utf8)
    rows.plain("\\\\x".utf8)
    rows.plain(lazy.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }
}

extension Date: CopyEncodable {
  public func encode(into rows: inout CopyRows) { rows.plain(PostgresTimestamp(self).text.utf8) }
}
