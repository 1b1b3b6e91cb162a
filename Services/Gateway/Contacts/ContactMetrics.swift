import HTTPServer
import Service

/// The metrics of the contact interface, under the names that its dashboards know.
struct ContactMetrics: Sendable {
  private static let families = ["2xx", "4xx", "5xx"]
  /// Its own, and its token endpoint's.
  private static let faces: Set = [Face.contacts.name, Face.detail.name]
  private static let buckets = [0.01, 0.05, 0.1, 0.5, 1, 5, 10]

  private let requests: MetricFamily<Counter>
  private let durations: MetricFamily<Histogram>
  private let clientRequests: MetricFamily<Counter>
  /// "GET /ctms/{email_id}": those counted here.
  private let places: Set<String>

  /// - Parameter routes: all there are; those of the contact interface are counted, each with its usual statuses from 0 on.
  init(_ metrics: Metrics, routes: [Route]) {
    requests = metrics.counters(
      "ctms_requests_total", "Requests of the contact interface.",
      labels: ["method", "path_template", "status_code", "status_code_family"])
    durations = metrics.histograms(
      "ctms_requests_duration_seconds", "From a request's first byte to its answer's last, of the contact interface.",
      labels: ["method", "path_template", "status_code_family"], buckets: Self.buckets)
    clientRequests = metrics.counters(
      "ctms_api_requests_total", "Requests of the contact interface by who asked.",
      labels: ["method", "path_template", "client_id", "status_code_family"])
    _ = Self.contacts(metrics)
    var places: Set<String> = []
    for route in routes where Self.faces.contains(route.face.name) {
      let method = route.method.rawValue
      places.insert("\(method) \(route.pattern)")
      for status in Self.statuses(of: route) {
        _ = requests.with(method, route.pattern, String(status), Self.family(status))
      }
      for family in Self.families { _ = durations.with(method, route.pattern, family) }
    }
    self.places = places
  }

  /// How many contacts there are.
  static func contacts(_ metrics: Metrics) -> Gauge { metrics.gauge("ctms_contacts_total", "Contacts there are.") }

  func count(_ record: HTTPRequestRecord) {
    guard let route = record.route, let status = record.status, isPlace(record.method, route) else { return }
    let (method, family) = (record.method.rawValue, Self.family(status))
    requests.with(method, route, String(status), family).increment()
    durations.with(method, route, family).observe(record.duration)
  }

  /// - Parameter principal: who asked; nil where that is not known.
  func count(_ route: Route, principal: String?, status: Int) {
    guard let principal, route.access != .public, isPlace(route.method, route.pattern) else { return }
    let client = principal.hasPrefix(Self.client) ? String(principal.dropFirst(Self.client.count)) : principal
    clientRequests.with(route.method.rawValue, route.pattern, client, Self.family(status)).increment()
  }

  /// How the name of a client with credentials of its own begins.
  private static let client = "api_client:"

  private func isPlace(_ method: HTTPMethod, _ pattern: String) -> Bool {
    places.contains("\(method.rawValue) \(pattern)")
  }

  private static func family(_ status: Int) -> String { "\(status / 100)xx" }

  private static func statuses(of route: Route) -> [Int] {
    let usual: [Int] =
      switch route.method {
      case .post: [200, 201, 409, 422]
      case .put: [201, 409, 422]
      case .patch: [200, 404, 409, 422]
      case .delete: [200, 404]
      default: [200]
      }
    guard route.access == .public else { return usual + [401, 403] }
    return route.method == .post ? [200, 400, 422] : [200, 500]
  }
}
