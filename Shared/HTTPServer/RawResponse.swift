internal import CMicroHTTPD
internal import Glibc

/// A response written past the library, where that takes none: in the middle of a body.
enum RawResponse {
  /// Sends what fits in the socket's buffer and ends the sending side.
  static func send(_ response: HTTPResponse, on socket: Int32) {
    let bytes = encode(response)
    _ = Glibc.send(socket, bytes, bytes.count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL))
    shutdown(socket, Int32(SHUT_WR))
  }

  private static func encode(_ response: HTTPResponse) -> [UInt8] {
    let body = response.body.bytes ?? []
    let reason = MHD_get_reason_phrase_for(UInt32(response.status)).map { String(cString: $0) } ?? "Unknown"
    var head = "HTTP/1.1 \(response.status) \(reason)\r\nConnection: close\r\nContent-Length: \(body.count)\r\n"
    for (name, value) in response.headers where !(name + value).utf8.contains(where: { $0 == 10 || $0 == 13 }) {
      head += "\(name): \(value)\r\n"
    }
    return Array((head + "\r\n").utf8) + body
  }
}
