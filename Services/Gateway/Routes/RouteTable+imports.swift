import Contracts
import FoundationEssentials
import HTTPServer

extension RouteTable {
  static func imports(_ settings: GatewaySettings) -> [Route] {
    [
      Route(
        .post, "/api/customers/import", .scope("customers:write"),
        body: .stream([.csv, .ndjson, .json], upTo: settings.importMaxBytes), timeout: .seconds(150),
        subject: .importCustomers
      ) { call in
        var query = QueryReader(call.request.query)
        try query.finish()
        return try await importCustomers(call, settings.importLimits, settings.importRetry)
      }
    ]
  }

  private static func importCustomers(
    _ call: Call, _ limits: ImportLimits, _ retry: ImportRetry
  ) async throws -> HTTPResponse {
    let key = try IdempotencyKey.of(call.request.headers)
    let sender = ChunkSender(operations: call.operations, caller: call.caller, key: key, retry: retry)
    let tally = await ImportRun(sender: sender, limits: limits).run(
      call.request.body, splitter(MediaType(header: call.request.headers["Content-Type"]), limits))
    guard let failure = tally.failure else { return .json([UInt8](try JSONEncoder.plain.encode(tally.report))) }
    var refusal = Refusal(failure)
    refusal.document.done = tally.report
    if tally.isChunkFailed, refusal.document.status == 503 {
      refusal.document.detail += " What was done is in; the rest may be. Repeat the upload to complete it."
    }
    throw refusal
  }

  private static func splitter(_ type: MediaType?, _ limits: ImportLimits) -> any ImportSplitter {
    switch type {
    case .json: JSONArraySplitter(limits: limits)
    case .ndjson: NDJSONSplitter(limits: limits)
    default: CSVSplitter(limits: limits)
    }
  }
}
