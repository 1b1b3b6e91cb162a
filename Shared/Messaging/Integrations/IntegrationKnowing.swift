import Contracts

/// Where a service learns what an integration may.
public protocol IntegrationKnowing: Sendable {
  /// Its scopes; nil where there is none of that name (any more).
  func scopes(of name: String) async throws(Problem) -> Set<String>?
}
