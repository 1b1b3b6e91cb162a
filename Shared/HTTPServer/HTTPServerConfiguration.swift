/// What a server listens on, and its limits.
public struct HTTPServerConfiguration: Sendable {
  /// An IP address; "0.0.0.0" for every IPv4 address, "::" for every address.
  public var host: String
  /// 0 takes any free port.
  public var port: Int
  /// Threads that read and write; handlers run on the cooperative pool.
  public var threads = 1
  /// Connections over this number are closed at once.
  public var maxConnections = 4096
  /// The same for one client address; nil for no limit.
  public var maxConnectionsPerAddress: Int?
  /// The largest body that is buffered, where a route does not say otherwise.
  public var maxBodyBytes = 1 << 20
  /// All bodies being buffered together; a request that would exceed it is answered 503.
  public var maxBufferedBytes = 64 << 20
  /// Request line and header together, with the library's own overhead. Every connection holds as much memory for as
  /// long as it lives, and the library clears it after each request.
  public var maxHeaderBytes = 16 << 10
  /// How long a connection may be without a complete request header, or an answer without being read.
  public var idleTimeout: Duration = .seconds(60)
  /// How long a buffered body may take to arrive; then 408.
  public var requestTimeout: Duration = .seconds(30)
  /// How long a handler may take to answer, from the complete request, or while a body is streamed
  /// from its last chunk; then 503.
  public var handlerTimeout: Duration = .seconds(30)
  /// How long requests in flight may take when the server is asked to stop.
  public var grace: Duration = .seconds(10)
  /// Seconds in the `Retry-After` of a 503.
  public var retryAfterSeconds = 1
  /// Renders the answers that no handler gives (400, 408, 413, 503). The request is nil where it could not be read.
  public var onFailure: @Sendable (HTTPServerError, HTTPRequest?) -> HTTPResponse = { error, _ in
    .text(error.message + "\n", status: error.status)
  }
  /// Called for every request when it is over, on the server's thread; must be quick.
  public var onRequest: (@Sendable (HTTPRequestRecord) -> Void)?

  public init(host: String = "127.0.0.1", port: Int = 0) {
    self.host = host
    self.port = port
  }
}
