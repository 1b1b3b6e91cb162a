/// What answers requests. A `Router` is one.
public protocol HTTPHandler: Sendable {
  /// Answers a request; called on the cooperative pool. Cancelled when the client goes or the time is up.
  func handle(_ request: HTTPRequest) async -> HTTPResponse

  /// How a request is to be treated, asked when its header has been read (its body is empty then).
  /// Called on the server's thread: must be quick and must not block.
  func plan(for request: HTTPRequest) -> HTTPPlan
}

extension HTTPHandler {
  /// The body buffered up to the server's limit, then `handle`.
  public func plan(for request: HTTPRequest) -> HTTPPlan {
    HTTPPlan(work: .async { await handle($0) })
  }
}
