/// Who may use a route. Every route declares it; there is no default.
enum Access: Sendable, Hashable {
  /// Anybody, without a credential.
  case `public`
  /// Who has any good credential.
  case authenticated
  /// Who has this scope: `resource:read` or `resource:write`.
  case scope(String)
}
