/// How a client connects and what it lets in.
public struct HTTPClientConfiguration: Sendable {
  /// Which versions of HTTP are spoken.
  public enum Version: Sendable {
    /// HTTP/1.1 only: one call at a time on a connection.
    case http1
    /// HTTP/2 where a TLS server agrees to it, HTTP/1.1 elsewhere.
    case http2
  }

  /// Time for resolving, connecting and the TLS handshake, within a request's total timeout. At least a millisecond.
  public var connectTimeout: Duration
  /// The most calls in flight to one origin (scheme, host, port); further calls wait in the order they came.
  public var maxConnectionsPerHost: Int
  /// The most idle connections kept open, over all origins.
  public var maxIdleConnections: Int
  /// The largest body an answer may have, in bytes; a larger one ends the call with `.bodyTooLarge`.
  public var maxResponseBytes: Int
  /// Sent as `User-Agent` where a request has none of its own.
  public var userAgent: String
  public var version: Version
  /// How long a resolved address is used again.
  public var resolveCache: Duration
  /// A PEM file with the certificate authorities to trust instead of the system's.
  public var certificateAuthorities: String?

  public init(
    connectTimeout: Duration = .seconds(5), maxConnectionsPerHost: Int = 64, maxIdleConnections: Int = 256,
    maxResponseBytes: Int = 1_048_576, userAgent: String = "mailout", version: Version = .http1,
    resolveCache: Duration = .seconds(60), certificateAuthorities: String? = nil
  ) {
    self.connectTimeout = connectTimeout
    self.maxConnectionsPerHost = maxConnectionsPerHost
    self.maxIdleConnections = maxIdleConnections
    self.maxResponseBytes = maxResponseBytes
    self.userAgent = userAgent
    self.version = version
    self.resolveCache = resolveCache
    self.certificateAuthorities = certificateAuthorities
  }
}
