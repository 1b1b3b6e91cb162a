/// One named value of a log line. The ids have names of their own, so that every service writes them alike and a
/// search by mailout, message, customer, batch or trace finds all lines.
public struct LogField: Sendable {
  enum Value: Sendable {
    case string(String)
    case integer(Int64)
    case number(Double)
    case bool(Bool)
  }

  let key: String
  let value: Value

  private init(_ key: String, _ value: Value) {
    self.key = key
    self.value = value
  }

  public static func mailoutID(_ id: Int64) -> LogField { LogField("mailout_id", .integer(id)) }
  public static func messageID(_ id: Int64) -> LogField { LogField("message_id", .integer(id)) }
  public static func customerID(_ id: Int64) -> LogField { LogField("customer_id", .integer(id)) }
  public static func batchID(_ id: Int64) -> LogField { LogField("batch_id", .integer(id)) }
  public static func batchID(_ id: String) -> LogField { LogField("batch_id", .string(id)) }
  public static func traceID(_ id: String) -> LogField { LogField("trace_id", .string(id)) }

  /// An error, by its description.
  public static func error(_ error: any Error) -> LogField { LogField("error", .string("\(error)")) }

  public static func field(_ key: String, _ value: String) -> LogField { LogField(free(key), .string(value)) }
  public static func field(_ key: String, _ value: Bool) -> LogField { LogField(free(key), .bool(value)) }
  public static func field(_ key: String, _ value: Double) -> LogField { LogField(free(key), .number(value)) }
  public static func field(_ key: String, _ value: some BinaryInteger) -> LogField {
    LogField(free(key), .integer(Int64(clamping: value)))
  }
  /// In seconds; name the key `…_seconds`.
  public static func field(_ key: String, _ value: Duration) -> LogField {
    LogField(free(key), .number(value / .seconds(1)))
  }

  /// A line has its own fields first; another of the same name would make the JSON ambiguous.
  private static func free(_ key: String) -> String {
    switch key {
    case "time", "level", "service", "instance", "message": "\(key)_"
    default: key
    }
  }
}
