/// One request. A handler gets it once its header, and where the body is buffered also that, has been read.
public struct HTTPRequest: Sendable {
  public let method: HTTPMethod
  /// The path as sent, escapes and all, without the query.
  public let path: String
  /// The path's parts, decoded; `/a/b` and `/a/b/` are both `["a", "b"]`.
  public let segments: [String]
  public let query: HTTPQuery
  public let headers: HTTPHeaders
  public internal(set) var body: HTTPBody
  /// The client's IP address, without port.
  public let remoteAddress: String
  private let number: UInt64

  /// A name for this request, unique in time and among processes.
  public var id: String { RequestNumber.name(number) }

  /// A request out of thin air, for calling a handler without a server. Throws `.badRequest` for a bad target.
  public init(
    method: HTTPMethod, target: String, headers: HTTPHeaders = [:], body: [UInt8] = [],
    remoteAddress: String = "127.0.0.1"
  ) throws(HTTPServerError) {
    self.init(
      method: method, target: try HTTPTarget(Array(target.utf8)), headers: headers, body: HTTPBody(body),
      remoteAddress: remoteAddress)
  }

  init(method: HTTPMethod, target: HTTPTarget, headers: HTTPHeaders, body: HTTPBody, remoteAddress: String) {
    self.method = method
    path = target.path
    segments = target.segments
    query = target.query
    self.headers = headers
    self.body = body
    self.remoteAddress = remoteAddress
    number = RequestNumber.next()
  }

  /// The same with its body whole in memory; throws as `HTTPBody.collect(upTo:)`.
  public func collected(upTo limit: Int) async throws(HTTPServerError) -> HTTPRequest {
    with(body: HTTPBody(try await body.collect(upTo: limit)))
  }

  func with(body: HTTPBody) -> HTTPRequest {
    var copy = self
    copy.body = body
    return copy
  }
}
