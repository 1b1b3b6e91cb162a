import FoundationEssentials
import HTTPServer

/// User and password of an `Authorization: Basic` header (RFC 7617).
struct BasicCredentials: Equatable {
  let user: String
  let password: String

  /// Nil where there is no such header, or it cannot be read.
  init?(_ headers: HTTPHeaders) {
    let parts = (headers["Authorization"] ?? "").split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "basic", let data = Data(base64Encoded: String(parts[1])),
      let text = String(validating: data, as: UTF8.self), let colon = text.firstIndex(of: ":")
    else { return nil }
    user = String(text[..<colon])
    password = String(text[text.index(after: colon)...])
  }
}
