import HTTPServer
import Messaging

/// Answers HTTP: finds the route, asks who it is, has the work done, tells the outcome.
struct Gateway: HTTPHandler {
  private let router: Router
  private let desk: Desk

  /// - Parameter patience: what any answer may take at least, where its route allows less.
  init(table: RouteTable, patience: Duration, desk: Desk) {
    var router = Router { error, request in desk.refuse(RequestContext(request, route: nil), error) }
    for route in table.routes {
      router.on(
        route.method, route.pattern, body: route.body.mode, timeout: max(route.timeout, patience), metadata: route
      ) { request, path in await desk.serve(route, request, path) }
    }
    self.desk = desk
    self.router = router
  }

  func handle(_ request: HTTPRequest) async -> HTTPResponse { await plan(for: request).run(request) }

  /// Refuses who may not, and what is of the wrong type, before the body is read. Where it takes longer to find out who
  /// asks, the body waits for that: else whoever makes credentials up could fill the memory for everybody's bodies.
  func plan(for request: HTTPRequest) -> HTTPPlan {
    var plan = router.plan(for: request)
    guard let route = plan.metadata as? Route else { return plan }
    switch desk.worth(of: request, route) {
    case .good:
      break
    case .unknown:
      if let limit = route.body.limit { plan.body = .streamed(upTo: limit) }
    case .refused(let refusal):
      let response = desk.refuse(RequestContext(request, route: route), refusal)
      plan.work = .async { _ in response }
      plan.body = .streamed(upTo: .max)
    }
    return plan
  }

  /// Renders what the server answers without asking us: a body too large or too slow, a broken request.
  func failure(_ error: HTTPServerError, _ request: HTTPRequest?) -> HTTPResponse {
    guard let request else { return desk.refuse(error) }
    return desk.refuse(RequestContext(request, route: router.plan(for: request).metadata as? Route), error)
  }
}
