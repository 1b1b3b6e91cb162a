import HTTPServer

/// `X-Request-Id`: the client's where it is sane, else the server's.
enum RequestID {
  static let header = "X-Request-Id"
  static let maxLength = 128

  static func of(_ request: HTTPRequest) -> String {
    guard let given = request.headers[header], isSane(given) else { return request.id }
    return given
  }

  /// For what could not be read as a request, and so has no id of its own.
  static func make() -> String { String(UInt64.random(in: 0...UInt64.max), radix: 16) }

  /// Letters, digits and a few marks: safe in a header, a log line and a URL.
  static func isSane(_ text: String) -> Bool {
    let length = text.utf8.count
    return length > 0 && length <= maxLength
      && text.utf8.allSatisfy {
        switch $0 {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
          UInt8(ascii: ":"), UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "/"):
          true
        default: false
        }
      }
  }
}
