import Contracts
import HTTPServer

/// How an export is written: as the query's `format` says, else as the `Accept` header does; CSV where neither does.
enum ExportFormat: String, Sendable, CaseIterable {
  case csv, ndjson

  var mediaType: String {
    switch self {
    case .csv: "text/csv; charset=utf-8; header=present"
    case .ndjson: MediaType.ndjson.rawValue
    }
  }

  /// - Throws: 406 where the client accepts neither.
  static func of(_ headers: HTTPHeaders) throws(Refusal) -> ExportFormat {
    guard let accept = headers["Accept"] else { return .csv }
    // In the client's order; weights are not weighed, but what has none (q=0) is not taken.
    for range in accept.split(separator: ",") {
      let parts = range.split(separator: ";").map { $0.trimming(while: { $0 == " " }).lowercased() }
      if parts.dropFirst().contains(where: { $0 == "q=0" || $0 == "q=0.0" }) { continue }
      switch parts.first {
      case "text/csv", "text/*", "*/*": return .csv
      case "application/x-ndjson", "application/*": return .ndjson
      default: continue
      }
    }
    throw Refusal(
      status: 406, title: "Not acceptable",
      detail: "An export is \(MediaType.csv.rawValue) or \(MediaType.ndjson.rawValue).")
  }
}
