import Contracts

/// What an operator may do.
enum Role: String, Sendable, CaseIterable {
  /// Reads everything but administration, and but all of a person at once.
  case viewer
  /// Reads and writes everything but these.
  case `operator`
  /// Everything.
  case admin

  /// The scopes of a token, sorted.
  var scopes: [String] {
    switch self {
    case .viewer: Self.daily.filter { $0.hasSuffix(":read") }
    case .operator: Self.daily
    case .admin: Scope.all
    }
  }

  private static let daily = Scope.all.filter { !$0.hasPrefix("admin:") && !$0.hasPrefix("personal-data:") }
}
