/// Rows for `copyIn`, in Postgres's binary format: build them with `append`, one call a row.
public struct CopyRows: Sendable {
  /// The format's signature, its flags, and the length of an extension that is not there.
  private static let header: [UInt8] = Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A] + [UInt8](repeating: 0, count: 9)
  private static let trailer: [UInt8] = [0xFF, 0xFF]

  private var encoder = PostgresEncoder()
  /// How many rows there are.
  public private(set) var count = 0

  /// `capacity`: bytes to expect.
  public init(capacity: Int = 0) {
    encoder.bytes.reserveCapacity(capacity + Self.header.count + Self.trailer.count)
    encoder.append(Self.header)
  }

  /// Adds a row, one value a column in their order; nil is NULL. Each value must have its column's very type: the
  /// server converts nothing here. Enums are the `String` of their label.
  public mutating func append<each T: PostgresBindable>(_ values: repeat each T) {
    var columns: Int16 = 0
    for _ in repeat (each T).self { columns += 1 }
    encoder.append(columns)
    for value in repeat each values {
      if value.isNull {
        encoder.append(Int32(-1))
      } else {
        encoder.appendCounted { value.encodeElement(into: &$0) }
      }
    }
    count += 1
  }

  /// Header, rows and trailer.
  var bytes: [UInt8] { encoder.bytes + Self.trailer }
}
