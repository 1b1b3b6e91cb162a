/// The origins in use. Finds the one of a URL without building a string for it, as long as it is the last one's.
struct OriginTable {
  private static let most = 256

  private let limit: Int
  private var origins: [String: Origin] = [:]
  private var last: Origin?

  init(limit: Int) { self.limit = limit }

  var all: some Sequence<Origin> { origins.values }

  /// - Throws: `.invalidURL` for anything but an absolute http or https URL of visible ASCII characters.
  mutating func origin(of url: String) throws(HTTPClientError) -> Origin {
    guard let ranges = Self.split(url) else {
      throw HTTPClientError(.invalidURL, "not an absolute http or https URL, or one that needs percent-encoding")
    }
    let scheme = url.utf8.prefix(ranges.scheme)
    let host = url.utf8.dropFirst(ranges.host.lowerBound).prefix(ranges.host.count)
    if let last, last.name.utf8.count == scheme.count + host.count, last.name.utf8.starts(with: scheme),
      last.name.utf8.dropFirst(scheme.count).elementsEqual(host)
    {
      return last
    }
    let name = String(decoding: scheme, as: UTF8.self) + String(decoding: host, as: UTF8.self)
    let origin = origins[name] ?? add(name)
    last = origin
    return origin
  }

  private mutating func add(_ name: String) -> Origin {
    if origins.count >= Self.most { origins = origins.filter { !$0.value.isIdle } }
    let origin = Origin(name: name, limit: limit)
    origins[name] = origin
    return origin
  }

  /// The length of `https://`, and where the host and port stand.
  private static func split(_ url: String) -> (scheme: Int, host: Range<Int>)? {
    var url = url
    return url.withUTF8 { bytes in
      guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }),
        let scheme = ["http://", "https://"].first(where: { starts(bytes, with: $0) })?.utf8.count
      else { return nil }
      var host = scheme
      var end = scheme
      while end < bytes.count, !isEnd(bytes[end]) {
        if bytes[end] == UInt8(ascii: "@") { host = end + 1 }
        end += 1
      }
      return host < end ? (scheme, host..<end) : nil
    }
  }

  private static func isEnd(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
  }

  /// `scheme` in small letters.
  private static func starts(_ bytes: UnsafeBufferPointer<UInt8>, with scheme: String) -> Bool {
    bytes.count > scheme.utf8.count && zip(bytes, scheme.utf8).allSatisfy { $0 == $1 || $0 | 0x20 == $1 }
  }
}
