/// What an operator may do.
enum Role: String, Sendable, CaseIterable {
  /// Reads everything but administration.
  case viewer
  /// Reads and writes everything but administration.
  case `operator`
  /// Everything.
  case admin

  private static let resources = ["customers", "mailouts", "messages", "stats", "mappings", "contacts", "leads"]

  /// The scopes of a token, sorted.
  var scopes: [String] {
    let read = Self.resources.map { "\($0):read" }
    let write = Self.resources.map { "\($0):write" }
    return switch self {
    case .viewer: read.sorted()
    case .operator: (read + write).sorted()
    case .admin: (read + write + ["admin:read", "admin:write"]).sorted()
    }
  }
}
