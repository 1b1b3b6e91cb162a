/// A request as it came over the wire.
struct TestRequest: Sendable {
  /// The request line and the headers.
  let head: String
  let body: [UInt8]

  var line: String { String(head.prefix { $0 != "\r\n" }) }
  var text: String { String(decoding: body, as: UTF8.self) }

  /// The header's value, names compared without regard to case.
  func header(_ name: String) -> String? {
    for line in head.split(separator: "\r\n").dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2, parts[0].lowercased() == name.lowercased() { return String(parts[1].drop { $0 == " " }) }
    }
    return nil
  }
}
