/// The parts of an AMQP URL. Errors never quote the part that holds the password.
struct AMQPURL {
  private(set) var endpoints: [AMQPEndpoint] = []
  private(set) var user = "guest"
  private(set) var password = "guest"
  private(set) var virtualHost = "/"
  private(set) var tls: AMQPTLS?
  private(set) var heartbeat: Duration?
  private(set) var connectTimeout: Duration?

  init(_ url: String) throws(AMQPError) {
    var rest = Substring(url)
    let scheme = AMQPURL.cut(&rest, at: "://")
    switch scheme?.lowercased() {
    case "amqp": break
    case "amqps": tls = AMQPTLS()
    default: throw AMQPURL.wrong("it must begin with amqp:// or amqps://")
    }
    if rest.contains("#") { throw AMQPURL.wrong("a # must be written %23") }
    var query = rest
    if let head = AMQPURL.cut(&query, at: "?") { rest = head } else { query = "" }
    var path = rest
    if let head = AMQPURL.cut(&path, at: "/") { rest = head } else { path = "" }
    // Quoting such a part in an error could show half a password.
    if path.contains("@") || query.contains("@") {
      throw AMQPURL.wrong("an @ after the hosts; a / or ? in the user or password must be written %2F or %3F")
    }
    try readCredentials(&rest)
    try readEndpoints(rest)
    if path.contains("/") { throw AMQPURL.wrong("a / in the virtual host must be written %2F") }
    if !path.isEmpty { virtualHost = try AMQPURL.decode(path, "the virtual host") }
    if virtualHost.utf8.count > 255 { throw AMQPURL.wrong("the virtual host is over 255 bytes") }
    try readQuery(query)
  }

  private mutating func readCredentials(_ rest: inout Substring) throws(AMQPError) {
    guard let at = rest.lastIndex(of: "@") else { return }
    var credentials = rest[..<at]
    rest = rest[rest.index(after: at)...]
    if let name = AMQPURL.cut(&credentials, at: ":") {
      user = try AMQPURL.decode(name, "the user")
      password = try AMQPURL.decode(credentials, "the password")
    } else {
      user = try AMQPURL.decode(credentials, "the user")
    }
  }

  private mutating func readEndpoints(_ text: Substring) throws(AMQPError) {
    let defaultPort = tls == nil ? 5672 : 5671
    for item in text.split(separator: ",", omittingEmptySubsequences: false) {
      var host = item
      var port: Substring?
      if item.first == "[" {
        guard let end = item.firstIndex(of: "]") else { throw AMQPURL.wrong("a [ without its ] in the host") }
        host = item[item.index(after: item.startIndex)..<end]
        let tail = item[item.index(after: end)...]
        if tail.first == ":" { port = tail.dropFirst() } else if !tail.isEmpty { port = tail }
      } else if let colon = item.lastIndex(of: ":") {
        host = item[..<colon]
        port = item[item.index(after: colon)...]
      }
      let name = try AMQPURL.decode(host, "the host")
      if name.isEmpty { throw AMQPURL.wrong("a host is missing") }
      guard let port else {
        endpoints.append(AMQPEndpoint(host: name, port: defaultPort))
        continue
      }
      guard let number = Int(port), (1...65_535).contains(number) else {
        throw AMQPURL.wrong("the port of \(name) is not a number from 1 to 65535")
      }
      endpoints.append(AMQPEndpoint(host: name, port: number))
    }
  }

  private mutating func readQuery(_ query: Substring) throws(AMQPError) {
    for item in query.split(separator: "&") {
      var text = item
      let name = AMQPURL.cut(&text, at: "=")
      guard let name else { throw AMQPURL.wrong("the parameter \(item) has no value") }
      let value = try AMQPURL.decode(text, "the parameter \(name)")
      switch name {
      case "heartbeat": heartbeat = .seconds(try AMQPURL.number(value, name, 0...3600))
      case "connection_timeout": connectTimeout = .milliseconds(try AMQPURL.number(value, name, 1...600_000))
      case "cacertfile", "certfile", "keyfile", "verify": try readTLS(String(name), value)
      default: throw AMQPURL.wrong("the parameter \(name) is not known")
      }
    }
    if (tls?.certificate == nil) != (tls?.key == nil) {
      throw AMQPURL.wrong("certfile and keyfile belong together")
    }
  }

  private mutating func readTLS(_ name: String, _ value: String) throws(AMQPError) {
    guard tls != nil else { throw AMQPURL.wrong("the parameter \(name) needs amqps://") }
    switch (name, value) {
    case ("cacertfile", _): tls?.authorities = value
    case ("certfile", _): tls?.certificate = value
    case ("keyfile", _): tls?.key = value
    case (_, "verify_peer"): tls?.verify = true
    case (_, "verify_none"): tls?.verify = false
    default: throw AMQPURL.wrong("verify must be verify_peer or verify_none")
    }
  }

  // MARK: small parts

  private static func wrong(_ what: String) -> AMQPError { AMQPError(.invalidURL, "the AMQP URL: \(what)") }

  /// Takes what stands before `mark` off `text`, and the mark with it; nil where there is none.
  private static func cut(_ text: inout Substring, at mark: String) -> Substring? {
    guard let range = text.firstRange(of: mark) else { return nil }
    defer { text = text[range.upperBound...] }
    return text[..<range.lowerBound]
  }

  private static func number(
    _ text: String, _ name: Substring, _ range: ClosedRange<Int>
  ) throws(AMQPError) -> Int {
    guard let number = Int(text), range.contains(number) else {
      throw wrong("\(name) must be a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// Resolves %XX; `what` names the part in errors.
  private static func decode(_ text: Substring, _ what: String) throws(AMQPError) -> String {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      let digits = rest.prefix(2).compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
      guard digits.count == 2 else { throw wrong("\(what) has a % that is not followed by two hexadecimal digits") }
      rest = rest.dropFirst(2)
      bytes.append(UInt8(digits[0] * 16 + digits[1]))
    }
    guard !bytes.contains(0), let decoded = String(validating: bytes, as: UTF8.self) else {
      throw wrong("\(what) is not text in UTF-8")
    }
    return decoded
  }
}
