/// A Postgres type by its object id, the number the wire protocol uses.
public struct PostgresType: Hashable, Sendable {
  public let id: UInt32
  public init(id: UInt32) { self.id = id }

  /// The server infers the type from where the parameter stands.
  public static let inferred = PostgresType(id: 0)
  public static let bool = PostgresType(id: 16)
  public static let bytea = PostgresType(id: 17)
  static let char = PostgresType(id: 18)
  static let name = PostgresType(id: 19)
  public static let int8 = PostgresType(id: 20)
  public static let int2 = PostgresType(id: 21)
  public static let int4 = PostgresType(id: 23)
  public static let text = PostgresType(id: 25)
  static let oid = PostgresType(id: 26)
  static let json = PostgresType(id: 114)
  public static let float4 = PostgresType(id: 700)
  public static let float8 = PostgresType(id: 701)
  static let unknown = PostgresType(id: 705)
  static let bpchar = PostgresType(id: 1042)
  static let varchar = PostgresType(id: 1043)
  public static let timestamptz = PostgresType(id: 1184)
  public static let uuid = PostgresType(id: 2950)
  public static let jsonb = PostgresType(id: 3802)

  static let boolArray = PostgresType(id: 1000)
  static let byteaArray = PostgresType(id: 1001)
  static let int2Array = PostgresType(id: 1005)
  static let int4Array = PostgresType(id: 1007)
  static let textArray = PostgresType(id: 1009)
  static let int8Array = PostgresType(id: 1016)
  static let float4Array = PostgresType(id: 1021)
  static let float8Array = PostgresType(id: 1022)
  static let timestamptzArray = PostgresType(id: 1185)
  static let uuidArray = PostgresType(id: 2951)
  static let jsonbArray = PostgresType(id: 3807)

  var isArray: Bool {
    switch id {
    case 199, 1000...1022, 1028, 1185, 2951, 3807: true
    default: isUserDefined
    }
  }

  /// Types made with `create type` start here; of these, enums travel as their label.
  var isUserDefined: Bool { id >= 16_384 }

  /// For error messages.
  var label: String {
    switch id {
    case 16: "bool"
    case 17: "bytea"
    case 18, 19, 25, 1042, 1043: "text"
    case 20: "int8"
    case 21: "int2"
    case 23: "int4"
    case 26: "oid"
    case 114: "json"
    case 700: "float4"
    case 701: "float8"
    case 1082: "date"
    case 1083: "time"
    case 1114: "timestamp (without time zone)"
    case 1184: "timestamptz"
    case 1186: "interval"
    case 1700: "numeric"
    case 2278: "void"
    case 2950: "uuid"
    case 3802: "jsonb"
    default: "type \(id)"
    }
  }
}
