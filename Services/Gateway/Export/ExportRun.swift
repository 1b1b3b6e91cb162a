import Contracts
import FoundationEssentials
import HTTPServer
import Messaging
import Service

/// One download: asks for the customers page by page and passes each on before it asks for the next. Needs the memory of
/// one page, however many there are.
struct ExportRun: Sendable {
  static let page: Int64 = 1000
  /// The import takes no more columns.
  static let maxColumns = 80

  /// The columns that are no attributes, in the order of the rows.
  static let standard = ["phone", "phone_code", "timezone", "email", "first_name", "last_name", "tags", "opted_out"]

  let operations: any OperationCalling
  let caller: Caller
  let format: ExportFormat
  /// As in the data of a list.
  let filter: JSON
  let sort: String?
  let retry: ImportRetry

  private struct Page: Sendable {
    var text: String
    var next: String?
  }

  /// The answer, once its first page is there: what is wrong with the request is known by then.
  func response() async throws -> HTTPResponse {
    let attributes = format == .csv ? try await attributes() : []
    let first = try await page(after: nil, attributes)
    let header = format == .csv ? (Self.standard + attributes).joined(separator: ",") + "\r\n" : ""
    return HTTPResponse(
      status: 200,
      headers: [
        "Content-Type": format.mediaType, "Cache-Control": "no-store",
        "Content-Disposition": "attachment; filename=\"customers.\(format.rawValue)\"",
      ],
      body: .stream { writer in
        try await writer.write(Array(header.utf8))
        var page = first
        while true {
          try await writer.write(Array(page.text.utf8))
          guard let next = page.next else { return }
          page = try await self.page(after: next, attributes)
        }
      })
  }

  /// Every attribute that any customer has or had.
  private func attributes() async throws(Problem) -> [String] {
    let reply = try await operations.call(
      .knownFields, data: Array("{}".utf8), as: caller, idempotencyKey: nil, timeout: OperationTimeout.query)
    guard let known = try? JSONDecoder().decode(KnownFields.self, from: Data(reply.body)) else {
      throw Problem(.internal, "The customer service's list of fields cannot be read.")
    }
    let attributes = known.names.filter { !Self.standard.contains($0) }.sorted()
    guard attributes.count + Self.standard.count <= Self.maxColumns else {
      throw Problem(
        .conflict,
        "There are \(attributes.count) attributes in use, more than a CSV file may have columns; use format=ndjson.")
    }
    return attributes
  }

  /// A page; asked for again for a while where the service does not answer.
  private func page(after: String?, _ attributes: [String]) async throws(Problem) -> Page {
    var data: [String: JSON] = [
      "filter": filter, "limit": .integer(Self.page), "format": .string(format.rawValue),
    ]
    data["after"] = after.map(JSON.string)
    data["sort"] = sort.map(JSON.string)
    if format == .csv { data["attributes"] = .array(attributes.map(JSON.string)) }
    let bytes = JSON.object(data).bytes
    let reply = try await retry.asking { () throws(Problem) in
      try await operations.call(
        .exportCustomers, data: bytes, as: caller, idempotencyKey: nil, timeout: OperationTimeout.importChunk)
    }
    guard let page = try? JSON.parse(reply.body), case .string(let text)? = page["text"] else {
      throw Problem(.internal, "The customer service's page of an export cannot be read.")
    }
    if case .string(let next)? = page["next"] { return Page(text: text, next: next) }
    return Page(text: text, next: nil)
  }
}
