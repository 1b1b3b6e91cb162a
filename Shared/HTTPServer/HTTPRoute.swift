/// One route of a router.
public struct HTTPRoute: Sendable {
  public let method: HTTPMethod
  /// As it was declared, for example "/api/customers/{id}".
  public let pattern: String
  /// What the route carries for its owner.
  public let metadata: (any Sendable)?
  public let body: HTTPBodyMode
  public let timeout: Duration?

  enum Work: Sendable {
    case async(Router.Handler)
    case inline(Router.InlineHandler)
  }

  let work: Work
  let names: [String]
}
