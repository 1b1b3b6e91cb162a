import HTTPServer

/// A file that is part of the executable, or made once.
struct StaticFile: Sendable {
  let bytes: [UInt8]
  let type: String
  /// `Cache-Control`.
  let caching: String
  /// Changes with the bytes, and only with them.
  let version: String
  /// Further headers.
  let headers: [(name: String, value: String)]

  init(_ bytes: [UInt8], type: String, caching: String, headers: [(name: String, value: String)] = []) {
    self.bytes = bytes
    self.type = type
    self.caching = caching
    self.headers = headers
    // FNV-1a: nobody gains from two files with one sum here.
    let sum = bytes.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    version = String(sum, radix: 16)
  }

  init(_ text: String, type: String, caching: String, headers: [(name: String, value: String)] = []) {
    self.init(Array(text.utf8), type: type, caching: caching, headers: headers)
  }

  /// Stands in the place of a file that is not made yet.
  static let empty = StaticFile("", type: "text/plain", caching: "no-store")

  /// 200, or 304 where the client has this version.
  func response(to headers: HTTPHeaders) -> HTTPResponse {
    var response = HTTPResponse(status: 200)
    response.headers.add("ETag", EntityTag.quoted(version))
    response.headers.add("Cache-Control", caching)
    for header in self.headers { response.headers.add(header.name, header.value) }
    if EntityTag.isKnown(version, to: headers) {
      response.status = 304
      return response
    }
    response.headers.add("Content-Type", type)
    response.headers.add("X-Content-Type-Options", "nosniff")
    response.body = .bytes(bytes)
    return response
  }
}
