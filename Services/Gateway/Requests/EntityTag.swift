import Contracts
import HTTPServer

/// Versions of single resources: `ETag`, `If-Match`, `If-None-Match`. Services know the version without its quotes.
enum EntityTag {
  /// The version that must still be the present one; nil where any is right.
  /// - Throws: `invalid` where the header is no single entity tag; `stale` for a weak one, which can match nothing.
  static func required(_ headers: HTTPHeaders) throws(Problem) -> String? {
    guard let text = headers["If-Match"]?.trimming(while: { $0 == " " }), text != "*" else { return nil }
    if text.hasPrefix("W/") { throw Problem(.stale, "If-Match needs a strong entity tag.") }
    guard let version = unquoted(text) else {
      throw Problem(.invalid, "The header If-Match must be one entity tag in quotes, or *.")
    }
    return version
  }

  /// Whether the client has this version already.
  static func isKnown(_ version: String, to headers: HTTPHeaders) -> Bool {
    guard let text = headers["If-None-Match"] else { return false }
    return text.split(separator: ",").contains { part in
      let tag = part.trimming(while: { $0 == " " })
      return tag == "*" || unquoted(tag.hasPrefix("W/") ? tag.dropFirst(2) : tag) == version
    }
  }

  /// The header's value.
  static func quoted(_ version: String) -> String { "\"\(version)\"" }

  private static func unquoted(_ tag: Substring) -> String? {
    guard tag.utf8.count >= 3, tag.utf8.count <= 202, tag.first == "\"", tag.last == "\"" else { return nil }
    let version = tag.dropFirst().dropLast()
    return version.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") } ? String(version) : nil
  }
}
