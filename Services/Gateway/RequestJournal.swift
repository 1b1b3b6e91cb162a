import HTTPServer
import Service

/// Tells what became of each request: one log line, and the metrics.
struct RequestJournal: Sendable {
  private let log: Log
  private let requests: MetricFamily<Counter>
  private let durations: MetricFamily<Histogram>
  private let inFlight: Gauge
  private let contacts: ContactMetrics

  private static let methods: Set<String> = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

  init(log: Log, metrics: Metrics, contacts: ContactMetrics) {
    self.log = log
    self.contacts = contacts
    requests = metrics.counters(
      "mailout_http_requests_total", "Requests answered, or cut off (status 0).", labels: ["method", "route", "status"])
    durations = metrics.histograms(
      "mailout_http_request_duration_seconds", "From a request's first byte to its answer's last.",
      labels: ["method", "route"])
    inFlight = metrics.gauge("mailout_http_requests_in_flight", "Requests being worked on.")
  }

  func began() { inFlight.increment() }

  func ended() { inFlight.decrement() }

  /// Counts a request that is over.
  func count(_ record: HTTPRequestRecord) {
    // Anybody may invent methods and paths; the series must not grow with that.
    let method = Self.methods.contains(record.method.rawValue) ? record.method.rawValue : "other"
    let route = record.route ?? "none"
    requests.with(method, route, String(record.status ?? 0)).increment()
    durations.with(method, route).observe(record.duration)
    contacts.count(record)
  }

  /// Writes the line of an answer.
  func note(_ context: RequestContext, status: Int, path: HTTPPath?) {
    if let route = context.route { contacts.count(route, principal: context.principal, status: status) }
    guard log.isEnabled(.info) else { return }
    var fields: [LogField] = [
      .field("method", context.request.method.rawValue), .field("route", context.route?.pattern ?? "none"),
      .field("status", status), .field("duration_seconds", ContinuousClock.now - context.began),
      .field("request_id", context.requestID), .traceID(context.traceID),
    ]
    if let caller = context.principal { fields.append(.field("principal", caller)) }
    if let text = path?["id"], let id = Int64(text), let entity = context.route?.entity {
      fields.append(entity.field(id))
    }
    log.info("request", fields)
  }

  /// Writes the line of an answer to what could not be read as a request.
  func noteUnreadable(_ error: HTTPServerError, _ requestID: String, status: Int) {
    log.info(
      "unreadable request",
      [.field("status", status), .field("request_id", requestID), .field("reason", error.message)])
  }

  /// A fault of ours; the client only gets the request's id.
  func fault(_ context: RequestContext, _ error: any Error) {
    log.error(
      "a request failed inside",
      [
        .field("route", context.route?.pattern ?? "none"), .field("request_id", context.requestID),
        .traceID(context.traceID), .error(error),
      ])
  }
}
