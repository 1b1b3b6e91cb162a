/// An answer. `Content-Length`, `Transfer-Encoding` and `Date` are the server's to set.
public struct HTTPResponse: Sendable {
  /// 200 to 599; anything else is sent as 500.
  public var status: Int
  /// Fields with line breaks in them are left out.
  public var headers: HTTPHeaders
  public var body: HTTPResponseBody

  public init(status: Int, headers: HTTPHeaders = [:], body: HTTPResponseBody = .empty) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// Plain text.
  public static func text(_ text: String, status: Int = 200) -> HTTPResponse {
    HTTPResponse(
      status: status, headers: ["Content-Type": "text/plain; charset=utf-8"], body: .bytes(Array(text.utf8)))
  }

  /// JSON that is encoded already.
  public static func json(_ bytes: [UInt8], status: Int = 200) -> HTTPResponse {
    HTTPResponse(status: status, headers: ["Content-Type": "application/json"], body: .bytes(bytes))
  }
}
