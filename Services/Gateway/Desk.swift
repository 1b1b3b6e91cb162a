import Contracts
import FoundationEssentials
import HTTPServer
import Messaging

/// Does what a matched route says, from the credential to the log line.
struct Desk: Sendable {
  let authenticator: Authenticator
  let addresses: ClientAddress
  let operations: any OperationCalling
  let journal: RequestJournal
  /// Nil where nobody is limited.
  let limiter: RateLimiter?
  /// Hears who lacks a scope; nil where nobody is to.
  let refusals: RefusedRequests?
  let now: @Sendable () -> ContinuousClock.Instant

  /// What a request's header says of whether it is worth its body.
  enum Worth: Sendable {
    /// Nothing speaks against it.
    case good
    /// Who asks is not known without asking the customer service.
    case unknown
    case refused(Refusal)
  }

  /// `serve` looks at the same again, with more time; so a request without a body is not looked at here.
  func worth(of request: HTTPRequest, _ route: Route) -> Worth {
    if case .none = route.body { return .good }
    do throws(Refusal) {
      if route.access != .public, try authenticator.judge(request.headers, for: route.access) == nil { return .unknown }
      try route.body.check(request.headers)
      return .good
    } catch {
      return .refused(error)
    }
  }

  func serve(_ route: Route, _ request: HTTPRequest, _ path: HTTPPath) async -> HTTPResponse {
    journal.began()
    defer { journal.ended() }
    var context = RequestContext(request, route: route)
    do {
      let (caller, end) = try await caller(route, request, context.traceparent, from: addresses.of(request))
      context.principal = caller.principal
      if route.access != .public { context.rateLimit = limiter?.take(caller.principal, now: now()) }
      if let refusal = context.rateLimit?.refusal { throw refusal }
      try route.body.check(request.headers)
      let call = Call(
        request: try await Self.whole(request, route.body), path: path, caller: caller, credentialEnd: end,
        operations: operations)
      return finish(context, try await route.handle(call), path)
    } catch {
      return refuse(context, error, path)
    }
  }

  /// The answer to what was no request.
  func refuse(_ error: HTTPServerError) -> HTTPResponse {
    var response = Refusal(error).response
    let id = RequestID.make()
    response.headers.add(RequestID.header, id)
    journal.noteUnreadable(error, id, status: response.status)
    return response
  }

  /// The answer to a request that is not done.
  func refuse(_ context: RequestContext, _ error: any Error, _ path: HTTPPath? = nil) -> HTTPResponse {
    let refusal = Refusal(error)
    var context = context
    context.principal = context.principal ?? refusal.principal
    if refusal.fault == .lacksScope, let principal = context.principal, let operation = context.route?.subject {
      let caller = Caller(
        principal: principal, scopes: [], traceparent: context.traceparent, origin: addresses.of(context.request))
      refusals?.note(operation, by: caller, to: path?["id"], at: now())
    }
    if refusal.document.status == 500 { journal.fault(context, error) }
    return finish(context, (context.route?.face ?? .problem).render(refusal), path)
  }

  /// With its body whole in memory, where the route takes it so and the server has left it until it was known who asks.
  private static func whole(_ request: HTTPRequest, _ rule: BodyRule) async throws(HTTPServerError) -> HTTPRequest {
    if case .stream = rule { return request }
    guard request.body.buffered == nil, let limit = rule.limit else { return request }
    return try await request.collected(upTo: limit)
  }

  /// Who asks, and until when the credential is good, where that is known.
  private func caller(
    _ route: Route, _ request: HTTPRequest, _ traceparent: String, from address: String
  ) async throws(Refusal) -> (Caller, Date?) {
    guard route.access != .public else { return (Caller.gateway(traceparent, from: address), nil) }
    let grant = try await authenticator.grant(request.headers, for: route.access, from: address)
    let caller = Caller(
      principal: grant.principal, scopes: grant.scopes, scopeText: grant.scopeText, traceparent: traceparent,
      origin: address)
    return (caller, grant.end)
  }

  private func finish(_ context: RequestContext, _ response: HTTPResponse, _ path: HTTPPath?) -> HTTPResponse {
    var response = response
    response.headers.add(RequestID.header, context.requestID)
    context.rateLimit?.add(to: &response.headers)
    journal.note(context, status: response.status, path: path)
    return response
  }
}

extension Caller {
  /// The gateway itself, where nobody needs a credential.
  static func gateway(_ traceparent: String? = nil, from address: String? = nil) -> Caller {
    Caller(principal: "service:gateway", scopes: [], traceparent: traceparent, origin: address)
  }
}
