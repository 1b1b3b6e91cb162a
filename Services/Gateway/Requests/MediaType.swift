/// A `Content-Type` without its parameters.
enum MediaType: String, Sendable, CaseIterable {
  case json = "application/json"
  case mergePatch = "application/merge-patch+json"
  case ndjson = "application/x-ndjson"
  case csv = "text/csv"
  case form = "application/x-www-form-urlencoded"

  /// Reads a header; nil for other types, and for texts in other encodings than UTF-8.
  init?(header: String?) {
    guard let header else { return nil }
    if let plain = MediaType(rawValue: header) {
      self = plain
      return
    }
    let parts = header.split(separator: ";").map { $0.trimming(while: { $0 == " " || $0 == "\t" }).lowercased() }
    guard let name = parts.first, let type = MediaType(rawValue: name) else { return nil }
    for parameter in parts.dropFirst() where parameter.hasPrefix("charset=") {
      let charset = parameter.dropFirst("charset=".count).trimming(while: { $0 == "\"" })
      guard charset == "utf-8" || charset == "us-ascii" else { return nil }
    }
    self = type
  }
}

extension StringProtocol {
  /// Without the characters at both ends that `condition` names.
  func trimming(while condition: (Character) -> Bool) -> SubSequence {
    guard let first = firstIndex(where: { !condition($0) }), let last = lastIndex(where: { !condition($0) }) else {
      return self[startIndex..<startIndex]
    }
    return self[first...last]
  }
}
