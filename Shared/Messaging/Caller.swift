/// On whose behalf an operation is called, and in which trace.
public struct Caller: Sendable {
  /// "operator:admin", "service:mailout-scheduler".
  public let principal: String
  public let scopes: Set<String>
  /// W3C Trace Context; made here where the outer caller had none.
  public let traceparent: String?
  /// The address the outer caller asks from; nil where there is none.
  public let origin: String?
  /// The scopes as they travel, sorted and separated by spaces.
  let scopeText: String

  public init(principal: String, scopes: Set<String>, traceparent: String? = nil, origin: String? = nil) {
    self.init(
      principal: principal, scopes: scopes, scopeText: Self.text(of: scopes), traceparent: traceparent, origin: origin)
  }

  /// For who calls often for the same principal.
  /// - Parameter scopeText: what `text(of:)` made of the scopes.
  public init(principal: String, scopes: Set<String>, scopeText: String, traceparent: String?, origin: String?) {
    self.principal = principal
    self.scopes = scopes
    self.scopeText = scopeText
    self.traceparent = traceparent
    self.origin = origin
  }

  public static func text(of scopes: Set<String>) -> String { scopes.sorted().joined(separator: " ") }
}
