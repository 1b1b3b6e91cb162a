/// Why a process had to end.
public struct ServiceError: Error, Sendable, Equatable, CustomStringConvertible {
  public enum Code: Sendable {
    /// A component threw.
    case componentFailed
    /// A component returned though nobody had asked it to.
    case componentEnded
    /// Asked to finish, a component did not do so in time and was cancelled.
    case drainTimedOut
  }

  public let code: Code
  public let message: String
  /// What the component threw.
  public let cause: String?

  init(_ code: Code, _ message: String, cause: String? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }

  public var description: String { cause.map { "\(message): \($0)" } ?? message }
}
