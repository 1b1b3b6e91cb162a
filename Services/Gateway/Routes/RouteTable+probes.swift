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
}
