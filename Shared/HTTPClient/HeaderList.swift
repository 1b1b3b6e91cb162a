internal import CCurl

/// The headers of a request in libcurl's form.
final class HeaderList {
  let headers: [(String, String)]
  private(set) var list: UnsafeMutablePointer<curl_slist>?

  /// - Throws: `.invalidRequest` for a header that cannot be sent or is the client's own.
  init(_ headers: [(String, String)]) throws(HTTPClientError) {
    self.headers = headers
    var hasContentType = false
    for (name, value) in headers {
      try Self.check(name, value)
      // "Name:" would take the header away.
      try append(value.isEmpty ? "\(name);" : "\(name): \(value)")
      if name.lowercased() == "content-type" { hasContentType = true }
    }
    // Neither a round trip before the body nor a type that nobody has given.
    try append("Expect:")
    if !hasContentType { try append("Content-Type:") }
  }

  deinit { curl_slist_free_all(list) }

  func matches(_ other: [(String, String)]) -> Bool {
    guard headers.count == other.count else { return false }
    let shared = headers.withUnsafeBufferPointer { ours in
      other.withUnsafeBufferPointer { ours.baseAddress == $0.baseAddress }
    }
    return shared || headers.elementsEqual(other, by: ==)
  }

  private func append(_ line: String) throws(HTTPClientError) {
    guard let longer = curl_slist_append(list, line) else { throw HTTPClientError(.internal, "out of memory") }
    list = longer
  }

  private static func check(_ name: String, _ value: String) throws(HTTPClientError) {
    guard Token.isValid(name) else { throw HTTPClientError(.invalidRequest, "a header has an invalid name") }
    guard value.utf8.allSatisfy({ ($0 >= 0x20 && $0 != 0x7F) || $0 == 0x09 }) else {
      throw HTTPClientError(.invalidRequest, "the value of the header \(name) has control characters")
    }
    guard !["content-length", "transfer-encoding", "expect"].contains(name.lowercased()) else {
      throw HTTPClientError(.invalidRequest, "the header \(name) is set by the client")
    }
  }
}
