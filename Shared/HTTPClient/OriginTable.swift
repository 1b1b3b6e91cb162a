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
    var url = url
    // Typed throws do not pass through withUTF8: nil for what is invalid.
    let found = url.withUTF8 { bytes -> Origin? in
      guard let (scheme, host) = Self.split(bytes) else { return nil }
      if let last, last.matches(bytes[..<scheme], bytes[host]) { return last }
      let name = Array(bytes[..<scheme]) + bytes[host]
      return origin(named: String(decoding: name, as: UTF8.self))
    }
    guard let found else {
      throw HTTPClientError(.invalidURL, "not an absolute http or https URL, or one that needs percent-encoding")
    }
    last = found
    return found
  }

  private mutating func origin(named name: String) -> Origin {
    if let origin = origins[name] { return origin }
    if origins.count >= Self.most { origins = origins.filter { !$0.value.isIdle } }
    let origin = Origin(name: name, limit: limit)
    origins[name] = origin
    return origin
  }

  /// The length of `https://`, and where the host and port stand.
  private static func split(_ bytes: UnsafeBufferPointer<UInt8>) -> (scheme: Int, host: Range<Int>)? {
    guard isVisible(bytes), let scheme = schemeLength(bytes) else { return nil }
    var host = scheme
    var end = scheme
    while end < bytes.count, !isEnd(bytes[end]) {
      if bytes[end] == UInt8(ascii: "@") { host = end + 1 }
      end += 1
    }
    return host < end ? (scheme, host..<end) : nil
  }

  private static func isVisible(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    for byte in bytes where byte <= 0x20 || byte >= 0x7F || byte == UInt8(ascii: "\\") { return false }
    return true
  }

  private static func schemeLength(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    starts(bytes, with: "https://") ? 8 : starts(bytes, with: "http://") ? 7 : nil
  }

  /// `scheme` in small letters.
  private static func starts(_ bytes: UnsafeBufferPointer<UInt8>, with scheme: StaticString) -> Bool {
    guard bytes.count > scheme.utf8CodeUnitCount else { return false }
    for index in 0..<scheme.utf8CodeUnitCount where bytes[index] | 0x20 != scheme.utf8Start[index] { return false }
    return true
  }

  private static func isEnd(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
  }
}
