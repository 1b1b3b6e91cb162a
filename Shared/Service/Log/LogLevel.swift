/// How much a log line matters.
public enum LogLevel: String, Sendable, CaseIterable, Comparable {
  /// For whoever works on the program.
  case debug
  /// A step of normal work that an operator may want to see.
  case info
  /// Something is not as it should be, and the process copes.
  case warning
  /// Something has failed that somebody must look at.
  case error

  private var rank: Int {
    switch self {
    case .debug: 0
    case .info: 1
    case .warning: 2
    case .error: 3
    }
  }

  public static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
}
