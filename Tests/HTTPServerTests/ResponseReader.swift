/// Reads one response off a stream of bytes, and not one byte more.
struct ResponseReader {
  /// Any number of bytes; for bodies.
  let many: () throws -> [UInt8]
  /// One byte.
  var single: () throws -> [UInt8] = { [] }
  private var hasBegun = false

  init(_ many: @escaping () throws -> [UInt8]) { self.many = many }

  mutating func read(bodyless: Bool) throws -> RawResponse {
    var response = RawResponse()
    let first = try line().split(separator: " ")
    guard first.count >= 2, first[0].hasPrefix("HTTP/1."), let status = Int(first[1]) else {
      throw RawClient.Failure(description: "no response, but: \(first)")
    }
    response.status = status
    while true {
      let field = try line()
      if field.isEmpty { break }
      guard let colon = field.firstIndex(of: ":") else { continue }
      let value = field[field.index(after: colon)...].drop { $0 == " " }
      response.headers.append((name: String(field[..<colon]), value: String(value)))
    }
    if bodyless || status < 200 || status == 204 { return response }
    if response["Transfer-Encoding"] == "chunked" {
      while let size = Int(try line(), radix: 16), size > 0 {
        response.body += try exactly(size)
        _ = try line()
      }
      _ = try line()
    } else {
      response.body = try exactly(Int(response["Content-Length"] ?? "0") ?? 0)
    }
    return response
  }

  private mutating func line() throws -> String {
    var bytes: [UInt8] = []
    while true {
      guard let byte = try single().first else {
        throw RawClient.Failure(
          description: "closed after: \(String(decoding: bytes, as: UTF8.self))", isSilentEnd: !hasBegun)
      }
      hasBegun = true
      if byte == 10 { break }
      if byte != 13 { bytes.append(byte) }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func exactly(_ count: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count {
      let next = try single()
      guard !next.isEmpty else { throw RawClient.Failure(description: "the body ended after \(bytes.count) bytes") }
      bytes += next
    }
    return bytes
  }
}
