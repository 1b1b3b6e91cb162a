import Contracts
import HTTPServer
import Service

extension RouteTable {
  /// `GET /metrics` at the API's own port.
  /// - Parameter metrics: nil where the gateway is not told to show them there.
  static func metrics(_ metrics: Metrics?) -> Route {
    Route(.get, "/metrics", .scope("stats:read")) { _ in
      guard let metrics else { throw Problem(.notFound, "Metrics are not shown here.") }
      return HTTPResponse(
        status: 200, headers: ["Content-Type": Metrics.contentType], body: .bytes(metrics.exposition()))
    }
  }
}
