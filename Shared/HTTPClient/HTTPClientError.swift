/// Why there is no answer. Never holds a header, a body, or the user and password of a URL.
public struct HTTPClientError: Error, Sendable, CustomStringConvertible {
  public enum Code: String, Sendable {
    /// The method, a header or the timeout cannot be sent.
    case invalidRequest
    /// Not an absolute `http` or `https` URL.
    case invalidURL
    /// The host's name has no address.
    case resolve
    /// No TCP connection.
    case connect
    /// No TLS handshake, or a certificate that is not trusted.
    case tls
    /// The connect timeout or the request's total timeout has passed.
    case timeout
    /// The connection ended before the answer was complete.
    case reset
    /// The answer is no HTTP.
    case `protocol`
    /// The answer is larger than `maxResponseBytes`.
    case bodyTooLarge
    /// The calling task was cancelled.
    case cancelled
    /// The request's `mayLeave` has said no.
    case withheld
    /// The client was shut down.
    case closed
    /// libcurl could not work, as for lack of memory.
    case `internal`
  }

  public let code: Code
  public let message: String
  /// Scheme, host and port; nil where the URL has none.
  public let origin: String?
  /// Whether the server may have seen the request.
  ///
  /// False is a promise: the kernel has not taken one byte of the request. True means that bytes were handed to it,
  /// not that they arrived: a server that has closed an idle connection a moment ago is found out only when the
  /// request is already on its way, and nobody can tell this from a server that read the request and then died.
  /// (Where the close is known before sending, another connection is used and nothing fails.)
  public let requestMayHaveLeft: Bool

  init(_ code: Code, _ message: String, origin: String? = nil, requestMayHaveLeft: Bool = false) {
    self.code = code
    self.message = message
    self.origin = origin
    self.requestMayHaveLeft = requestMayHaveLeft
  }

  public var description: String {
    let place = origin.map { " at \($0)" } ?? ""
    return "HTTP \(code.rawValue)\(place): \(message)" + (requestMayHaveLeft ? " (the request may have left)" : "")
  }
}
