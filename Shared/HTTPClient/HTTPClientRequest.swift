/// One request to make.
public struct HTTPClientRequest: Sendable {
  /// A request method: `.post`, or any token as a literal.
  public struct Method: RawRepresentable, ExpressibleByStringLiteral, Hashable, Sendable {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public init(stringLiteral value: String) { self.init(rawValue: value) }

    public static let get: Method = "GET"
    public static let head: Method = "HEAD"
    public static let post: Method = "POST"
    public static let put: Method = "PUT"
    public static let patch: Method = "PATCH"
    public static let delete: Method = "DELETE"
    public static let options: Method = "OPTIONS"
  }

  public var method: Method
  /// An absolute `http` or `https` URL; a user and password in it are sent as basic authentication.
  public var url: String
  /// Sent in this order. `Content-Length`, `Transfer-Encoding` and `Expect` are the client's own and refused.
  /// Requests that share one array of headers are cheaper than requests that each build an equal one.
  public var headers: [(String, String)]
  public var body: [UInt8]
  /// From the call of `send` to the last byte of the answer, the wait for a free connection included.
  public var timeout: Duration
  /// Asked on the client's loop when a connection stands ready, right before the request leaves: resolving, connecting
  /// and waiting for a place take time, in which whoever sends it may come to know better. False ends the call as
  /// `.withheld`. It must be quick, and must not use the client.
  public var mayLeave: (@Sendable () -> Bool)?
  /// Asked on the client's loop by `HTTPClient.clip`: how long the call may last from now, should that be less than it has
  /// anyway. It must be quick, and must not use the client.
  public var timeLeft: (@Sendable () -> Duration)?

  public init(
    method: Method = .get, url: String, headers: [(String, String)] = [], body: [UInt8] = [],
    timeout: Duration = .seconds(30), mayLeave: (@Sendable () -> Bool)? = nil,
    timeLeft: (@Sendable () -> Duration)? = nil
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.timeout = timeout
    self.mayLeave = mayLeave
    self.timeLeft = timeLeft
  }
}
