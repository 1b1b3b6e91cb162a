/// Everything that is wrong with a process's settings.
public struct SettingsError: Error, Sendable, CustomStringConvertible {
  public enum Code: Sendable {
    /// Must be given, and is not.
    case missing
    /// Given, but not what is accepted.
    case unacceptable
    /// Given twice: directly and as a file.
    case conflicting
    /// Its file cannot be read, or is empty.
    case unreadable
  }

  /// One mistake. Never holds the value of a secret or a URL.
  public struct Mistake: Error, Sendable, Equatable {
    public let name: String
    public let code: Code
    /// What is wrong, to be read after the name.
    public let problem: String
    /// What may be given.
    public let accepted: String
  }

  public let mistakes: [Mistake]

  /// One line a mistake.
  public var description: String {
    mistakes.map { "\($0.name) \($0.problem); accepted is \($0.accepted)" }.joined(separator: "\n")
  }
}
