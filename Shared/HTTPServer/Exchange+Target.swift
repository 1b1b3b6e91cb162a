internal import CMicroHTTPD
internal import Glibc

extension Exchange {
  /// What the library keeps for one query parameter, in the same memory as the header itself; bytes.
  private static let parameterSize = 64
  /// What it needs besides.
  private static let reserve = 1024

  /// Whether the query has more parameters than the library has memory for. It would not refuse them: it would leave the
  /// connection as it is until the connection is cut as idle.
  var hasTooManyParameters: Bool {
    guard let query = target.firstIndex(of: UInt8(ascii: "?")) else { return false }
    let parameters = target[query...].count { $0 == UInt8(ascii: "&") } + 1
    return parameters * Self.parameterSize + target.count + Self.reserve > core.configuration.maxHeaderBytes
  }

  /// Answers past the library and ends the connection.
  func refuseTarget() {
    let response = failure(HTTPServerError(.badRequest, "it has too many query parameters"))
    RawResponse.send(response, on: client.socket)
    shutdown(client.socket, Int32(SHUT_RDWR))
  }
}
