/// On whose behalf an operation is called, and in which trace.
public struct Caller: Sendable {
  /// "operator:admin", "service:mailout-scheduler".
  public var principal: String
  public var scopes: Set<String>
  /// W3C Trace Context; made here where the outer caller had none.
  public var traceparent: String?
  /// The address the outer caller asks from; nil where there is none.
  public var origin: String?

  public init(principal: String, scopes: Set<String>, traceparent: String? = nil, origin: String? = nil) {
    self.principal = principal
    self.scopes = scopes
    self.traceparent = traceparent
    self.origin = origin
  }
}
