/// Finds the handler for a request by its method and path.
///
/// A pattern's parts are text, `{name}` for one part, or `{name...}` for all the rest, also none. A trailing slash
/// makes no difference. HEAD is answered as GET without its body, OPTIONS with `Allow`.
public struct Router: HTTPHandler {
  /// An asynchronous handler; what it throws, `onError` renders.
  public typealias Handler = @Sendable (HTTPRequest, HTTPPath) async throws -> HTTPResponse
  /// A handler called on the server's thread with the whole body. It must be fast and never block.
  public typealias InlineHandler = @Sendable (HTTPRequest, HTTPPath, [UInt8]) throws -> HTTPResponse
  public typealias ErrorRenderer = @Sendable (any Error, HTTPRequest) -> HTTPResponse

  private var tree = RouteTree()
  private let onError: ErrorRenderer

  /// `onError` renders `HTTPRouteError`s (404, 405) and whatever handlers throw.
  public init(onError: @escaping ErrorRenderer = Router.plainText) { self.onError = onError }

  /// Every route, in the order of declaration.
  public var routes: [HTTPRoute] { tree.routes }

  /// Declares a route. `timeout` stands in for the server's `handlerTimeout`.
  public mutating func on(
    _ method: HTTPMethod, _ pattern: String, body: HTTPBodyMode = .buffered(upTo: nil), timeout: Duration? = nil,
    metadata: (any Sendable)? = nil, _ handler: @escaping Handler
  ) {
    tree.add(
      HTTPRoute(
        method: method, pattern: pattern, metadata: metadata, body: body, timeout: timeout, work: .async(handler),
        names: RouteTree.names(of: pattern)))
  }

  /// Declares a route without a task: see `InlineHandler`.
  public mutating func onInline(
    _ method: HTTPMethod, _ pattern: String, maxBodyBytes: Int? = nil, metadata: (any Sendable)? = nil,
    _ handler: @escaping InlineHandler
  ) {
    tree.add(
      HTTPRoute(
        method: method, pattern: pattern, metadata: metadata, body: .buffered(upTo: maxBodyBytes), timeout: nil,
        work: .inline(handler), names: RouteTree.names(of: pattern)))
  }

  public func handle(_ request: HTTPRequest) async -> HTTPResponse { await plan(for: request).run(request) }

  public func plan(for request: HTTPRequest) -> HTTPPlan {
    let (onError, tree) = (onError, tree)
    switch tree.match(request.method, request.segments) {
    case .found(let route, let path):
      return HTTPPlan(
        work: Self.work(route.work, path, onError), route: route.pattern, metadata: route.metadata, body: route.body,
        timeout: route.timeout)
    case .otherMethods(let allow):
      let list = allow.map(\.rawValue).joined(separator: ", ")
      guard request.method != .options else {
        return HTTPPlan(
          work: .inline { _, _ in HTTPResponse(status: 204, headers: ["Allow": list]) }, body: .unwanted)
      }
      let error = HTTPRouteError(.methodNotAllowed, "\(request.method) is not allowed here", allow: allow)
      return HTTPPlan(
        work: .inline { request, _ in
          var response = onError(error, request)
          response.headers["Allow"] = list
          return response
        }, body: .unwanted)
    case .nothing:
      let error = HTTPRouteError(.notFound, "there is nothing at \(request.path)")
      return HTTPPlan(work: .inline { request, _ in onError(error, request) }, body: .unwanted)
    }
  }

  /// Errors as plain text, others than the router's own as a bare 500.
  public static func plainText(_ error: any Error, _ request: HTTPRequest) -> HTTPResponse {
    switch error {
    case let error as HTTPRouteError: .text(error.message + "\n", status: error.status)
    case let error as HTTPServerError: .text(error.message + "\n", status: error.status)
    default: .text("the server failed\n", status: 500)
    }
  }

  private static func work(
    _ work: HTTPRoute.Work, _ path: HTTPPath, _ onError: @escaping ErrorRenderer
  ) -> HTTPPlan.Work {
    switch work {
    case .async(let handler):
      .async { request in
        do { return try await handler(request, path) } catch { return onError(error, request) }
      }
    case .inline(let handler):
      .inline { request, body in
        do { return try handler(request, path, body) } catch { return onError(error, request) }
      }
    }
  }
}
