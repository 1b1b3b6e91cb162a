/// A request target taken apart: `/api/customers/7?tag=a`.
struct HTTPTarget: Sendable {
  /// The path as sent, without the query.
  let path: String
  /// The path's parts, decoded; a trailing slash adds none.
  let segments: [String]
  let query: HTTPQuery

  /// Refuses broken escapes, NULs, spaces, control characters, other than UTF-8, and "." or ".." as a part.
  init(_ bytes: [UInt8]) throws(HTTPServerError) {
    guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") }) else {
      throw HTTPServerError(.badRequest, "the target has a character that must be escaped")
    }
    let start = Self.pathStart(bytes)
    let question = bytes[start...].firstIndex(of: UInt8(ascii: "?")) ?? bytes.endIndex
    let raw = bytes[start..<question]
    guard raw.first == UInt8(ascii: "/") else {
      throw HTTPServerError(.badRequest, "the target does not start with a slash")
    }
    guard let query = HTTPQuery(decoding: question < bytes.endIndex ? bytes[(question + 1)...] : []) else {
      throw HTTPServerError(.badRequest, "the query is not properly escaped UTF-8")
    }
    path = String(decoding: raw, as: UTF8.self)
    self.query = query
    var parts: [String] = []
    let inner = raw.dropFirst().last == UInt8(ascii: "/") ? raw.dropFirst().dropLast() : raw.dropFirst()
    if !inner.isEmpty {
      for part in inner.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
        guard let text = PercentCoding.decode(part, plusIsSpace: false) else {
          throw HTTPServerError(.badRequest, "the path is not properly escaped UTF-8")
        }
        guard !Self.climbs(text) else { throw HTTPServerError(.badRequest, "the path has a dot segment") }
        parts.append(text)
      }
    }
    segments = parts
  }

  /// Where the path starts: past `http://host` in the absolute form, which a server must accept.
  private static func pathStart(_ bytes: [UInt8]) -> Int {
    if bytes.first == UInt8(ascii: "/") { return 0 }
    for scheme in ["http://", "https://"] where bytes.starts(with: scheme.utf8) {
      return bytes[scheme.utf8.count...].firstIndex(of: UInt8(ascii: "/")) ?? bytes.endIndex
    }
    return 0
  }

  /// Whether a decoded part could leave a directory: it is, or holds behind an escaped slash, "." or "..".
  private static func climbs(_ part: String) -> Bool {
    guard part.utf8.contains(UInt8(ascii: ".")) else { return false }
    return part.utf8.split { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }
      .contains { $0.elementsEqual(".".utf8) || $0.elementsEqual("..".utf8) }
  }
}
