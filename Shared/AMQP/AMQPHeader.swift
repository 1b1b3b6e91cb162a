public import FoundationEssentials

/// A value in a message's headers or in a queue's arguments.
public indirect enum AMQPHeader: Sendable, Equatable {
  case string(String)
  case int(Int64)
  case bool(Bool)
  case double(Double)
  case bytes([UInt8])
  /// Whole seconds.
  case timestamp(Date)
  case array([AMQPHeader])
  case table([String: AMQPHeader])
  case null
}

extension AMQPHeader: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
  public init(stringLiteral value: String) { self = .string(value) }
  public init(integerLiteral value: Int64) { self = .int(value) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension AMQPHeader {
  /// An upper bound of the bytes the value takes on the wire.
  var encodedSize: Int {
    switch self {
    case .string(let text): 5 + text.utf8.count
    case .bytes(let bytes): 5 + bytes.count
    case .array(let values): values.reduce(5) { $0 + $1.encodedSize }
    case .table(let table): AMQPHeader.encodedSize(of: table)
    case .int, .bool, .double, .timestamp, .null: 9
    }
  }

  /// The same for a whole table.
  static func encodedSize(of table: [String: AMQPHeader]) -> Int {
    table.reduce(5) { $0 + 1 + $1.key.utf8.count + $1.value.encodedSize }
  }

  /// Whether every name in it fits the protocol's short string.
  var hasShortNames: Bool {
    switch self {
    case .array(let values): values.allSatisfy(\.hasShortNames)
    case .table(let table): AMQPHeader.hasShortNames(table)
    default: true
    }
  }

  /// The same for a whole table.
  static func hasShortNames(_ table: [String: AMQPHeader]) -> Bool {
    table.allSatisfy { $0.key.utf8.count <= 255 && $0.value.hasShortNames }
  }
}
