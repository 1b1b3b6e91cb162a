import FoundationEssentials
import HTTPServer
import Service

extension RouteTable {
  static func probes(_ readiness: Readiness) -> [Route] {
    [
      Route(.get, "/livez", .public) { _ in .text("ok\n") },
      Route(.get, "/readyz", .public) { _ in
        let report = await readiness.report()
        return .json([UInt8](try JSONEncoder.plain.encode(report)), status: report.ready ? 200 : 503)
      },
    ]
  }

  /// Where everything is, until there is a page for people.
  static let index: [Route] = ["/", "/api"].map { pattern in
    Route(.get, pattern, .public) { _ in .json(Array(links.utf8)) }
  }

  private static let links = """
    {"links":{"customers":"/api/customers","import":"/api/customers/import",\
    "export":"/api/customers/export","search":"/api/search","tags":"/api/tags",\
    "phone_codes":"/api/phone_codes","timezones":"/api/timezones",\
    "mailouts":"/api/mailouts","messages":"/api/messages","message_stats":"/api/messages/stats",\
    "stats":"/api/stats","me":"/api/me","api_keys":"/api/api-keys","clients":"/api/clients","operators":"/api/operators",\
    "buyers":"/api/buyers",\
    "applications":"/api/applications","audit":"/api/audit","dead_letters":"/api/dead-letters","token":"/auth/token",\
    "keys":"/.well-known/jwks.json","docs":"/docs","openapi":"/openapi.json","live":"/livez","ready":"/readyz"}}
    """
}
