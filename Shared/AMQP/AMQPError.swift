/// What went wrong in this module. Its text never holds a password.
public struct AMQPError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The kinds of failure; the list is closed.
  public enum Code: String, Sendable, Equatable, CaseIterable {
    /// The URL cannot be used; the message names the part that is wrong.
    case invalidURL
    /// The message or a name in it breaks a limit of the protocol; nothing was sent.
    case invalidMessage
    /// No host could be reached.
    case connect
    /// The TLS handshake or the check of the server's certificate failed.
    case tls
    /// The broker refused the user, the password or the virtual host.
    case accessRefused
    /// The broker refused an exchange, a queue or a binding of the topology.
    case topology
    /// There is no connection, or it was lost before the answer came (then `outcomeUnknown` is set).
    case disconnected
    /// The answer did not come in time.
    case timedOut
    /// The broker holds publishers back (memory or disk alarm) and did not let go in time.
    case blocked
    /// No queue took the mandatory message.
    case returned
    /// The broker refused the message: a queue is full, or a quorum queue has no leader at the moment. Try again.
    case nacked
    /// The broker closed the channel; the message has its text. The channel is opened again.
    case channelClosed
    /// The broker or the library broke the protocol.
    case `protocol`
  }

  public let code: Code
  /// What failed, in a sentence.
  public let message: String
  /// What the broker or the library said, where it said something.
  public let cause: String?
  /// Whether the message may have reached a queue all the same.
  public let outcomeUnknown: Bool

  public init(_ code: Code, _ message: String, cause: String? = nil, outcomeUnknown: Bool = false) {
    self.code = code
    self.message = message
    self.cause = cause
    self.outcomeUnknown = outcomeUnknown
  }

  public var description: String {
    let head = "\(code.rawValue): \(message)"
    return cause.map { "\(head) (\($0))" } ?? head
  }

  /// - Parameter reason: the broker's.
  static func heldBack(_ reason: String, outcomeUnknown: Bool = false) -> AMQPError {
    AMQPError(.blocked, "the broker holds publishers back", cause: reason, outcomeUnknown: outcomeUnknown)
  }

  /// The same failure, for a message that had left when it happened.
  var afterSending: AMQPError { AMQPError(code, message, cause: cause, outcomeUnknown: true) }
}
