import HTTPServer
import Messaging

/// What is known of a request from its header on, for its answer and its log line.
struct RequestContext: Sendable {
  let request: HTTPRequest
  let route: Route?
  let requestID: String
  /// W3C Trace Context: the client's where it is well-formed, else a new one.
  let traceparent: String
  let began = ContinuousClock.now
  var principal: String?
  var rateLimit: RateLimit?

  init(_ request: HTTPRequest, route: Route?) {
    self.request = request
    self.route = route
    requestID = RequestID.of(request)
    let given = request.headers["traceparent"]
    traceparent = TraceParent.traceID(of: given).flatMap { _ in given } ?? TraceParent.new()
  }

  /// The second of its parts; it is well-formed.
  var traceID: String { String(traceparent.dropFirst(3).prefix(32)) }
}
