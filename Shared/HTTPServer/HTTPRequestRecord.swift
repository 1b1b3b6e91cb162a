/// What became of one request.
public struct HTTPRequestRecord: Sendable {
  public let method: HTTPMethod
  /// The route's pattern ("/api/customers/{id}"); nil where none matched.
  public let route: String?
  /// The status sent; nil where the client went, or was cut off, before an answer.
  public let status: Int?
  /// From the first byte of the request line understood to the last byte of the answer sent.
  public let duration: Duration
  /// Bytes of body received.
  public let bodyBytes: Int
  public let requestID: String?
}
