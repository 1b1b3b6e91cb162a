import Contracts
import HTTPServer

extension RouteTable {
  static func exports(_ settings: GatewaySettings) -> [Route] {
    [
      Route(
        .get, "/api/customers/export", .scope("customers:read"), timeout: .seconds(90), subject: .exportCustomers
      ) { call in
        do {
          return try await export(call, settings.importRetry).response()
        } catch let problem as Problem {
          throw problem.withoutFilter
        }
      }
    ]
  }

  private static func export(_ call: Call, _ retry: ImportRetry) throws -> ExportRun {
    var query = QueryReader(call.request.query)
    let filter = customerFilters.filter(&query)
    let sort = query.one("sort", max: 64)
    let format = query.choice("format", ExportFormat.self)
    try query.finish()
    return ExportRun(
      operations: call.operations, caller: call.caller, format: try format ?? ExportFormat.of(call.request.headers),
      filter: filter, sort: sort, retry: retry)
  }
}
