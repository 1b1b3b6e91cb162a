/// How one request is to be treated.
public struct HTTPPlan: Sendable {
  public enum Work: Sendable {
    /// A task on the cooperative pool.
    case async(@Sendable (HTTPRequest) async -> HTTPResponse)
    /// A function called on the server's thread with the whole body: fast, and must never block.
    case inline(@Sendable (HTTPRequest, [UInt8]) -> HTTPResponse)
  }

  public var work: Work
  /// The route's pattern, for metrics and logs; nil where no route matched.
  public var route: String?
  /// What the route carries for its owner, such as the scope it needs.
  public var metadata: (any Sendable)?
  public var body: HTTPBodyMode
  /// The time the handler has; nil for the server's `handlerTimeout`.
  public var timeout: Duration?

  public init(
    work: Work, route: String? = nil, metadata: (any Sendable)? = nil, body: HTTPBodyMode = .buffered(upTo: nil),
    timeout: Duration? = nil
  ) {
    self.work = work
    self.route = route
    self.metadata = metadata
    self.body = body
    self.timeout = timeout
  }

  /// Does the work outside a server.
  public func run(_ request: HTTPRequest) async -> HTTPResponse {
    switch work {
    case .async(let handle): await handle(request)
    case .inline(let handle): handle(request, request.body.buffered ?? [])
    }
  }
}
