import Contracts

/// What an operator may do.
enum Role: String, Sendable, CaseIterable {
  /// Reads everything but administration.
  case viewer
  /// Reads and writes everything but administration.
  case `operator`
  /// Everything.
  case admin

  /// The scopes of a token, sorted.
  var scopes: [String] {
    switch self {
    case .viewer: Scope.all.filter { !$0.hasPrefix("admin:") && $0.hasSuffix(":read") }
    case .operator: Scope.all.filter { !$0.hasPrefix("admin:") }
    case .admin: Scope.all
    }
  }
}
