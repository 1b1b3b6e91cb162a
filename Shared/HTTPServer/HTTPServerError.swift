/// What goes wrong in the server itself, before, around or instead of a handler.
public struct HTTPServerError: Error, Sendable, CustomStringConvertible {
  public enum Code: Sendable, Equatable {
    /// The address cannot be listened on.
    case bindFailed
    /// The daemon did not start.
    case startFailed
    /// `start()` or `run()` was called a second time.
    case alreadyStarted
    /// The request is malformed.
    case badRequest
    /// The body is, or announces to be, over its limit.
    case bodyTooLarge
    /// The body did not arrive in time.
    case bodyTimedOut
    /// The handler did not answer in time.
    case handlerTimedOut
    /// Too many bodies are being read at once.
    case overloaded
    /// The server is shutting down.
    case stopping
    /// The client closed the connection.
    case clientGone
    /// The reading task was cancelled.
    case cancelled
  }

  /// The server has no memory for another body at the moment.
  static let noRoomForBodies = HTTPServerError(.overloaded, "too many bodies are being received")

  public let code: Code
  public let message: String
  /// The system's or library's own words, where there are any.
  public let cause: String?

  public init(_ code: Code, _ message: String, cause: String? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }

  public var description: String { cause.map { "\(message): \($0)" } ?? message }

  /// The status that tells a client of this.
  public var status: Int {
    switch code {
    case .badRequest: 400
    case .bodyTimedOut, .clientGone: 408
    case .bodyTooLarge: 413
    case .handlerTimedOut, .overloaded, .stopping: 503
    case .bindFailed, .startFailed, .alreadyStarted, .cancelled: 500
    }
  }
}
