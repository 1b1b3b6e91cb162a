/// What keeps the customer service from starting, or a command of it from being done.
struct CustomerError: Error, Sendable, CustomStringConvertible {
  enum Code: Sendable {
    /// The command line cannot be read.
    case usage
    /// A file that must be there is not, or cannot be read.
    case missingFile
    /// A file that must not be overwritten is there.
    case fileExists
    /// A file could not be written.
    case cannotWrite
    /// The thing to be created exists.
    case exists
    /// A value given is not allowed.
    case invalid
  }

  let code: Code
  let message: String
  /// What lies beneath, as text.
  let cause: String?

  init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.cause = cause.map { "\($0)" }
  }

  var description: String { cause.map { "\(message): \($0)" } ?? message }
}
