import HTTPServer

/// Cookies of a request (RFC 6265).
enum Cookies {
  /// The value of the first of this name; nil where there is none.
  static func value(_ name: String, _ headers: HTTPHeaders) -> String? {
    for header in headers.values("Cookie") {
      for pair in header.split(separator: ";") {
        let parts = pair.trimming(while: { $0 == " " || $0 == "\t" }).split(separator: "=", maxSplits: 1)
        if parts.count == 2, parts[0] == name { return String(parts[1]) }
      }
    }
    return nil
  }
}
