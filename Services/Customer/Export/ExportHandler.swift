import Contracts
import Messaging
import Postgres

/// Answers `customer.export`: a page of customers as text, `{"text", "count", "next"}`.
struct ExportHandler: Sendable {
  let pool: PostgresPool
  let zones: TimeZoneNames

  func register(in handlers: inout OperationHandlers) {
    handlers.on(.exportCustomers, page)
  }

  private func page(_ request: OperationRequest) async throws -> OperationReply {
    let query = try ExportQuery.read(try request.json(), zones: zones)
    let page = try await CustomerListStore(pool: pool).page(query.customers)
    var text: [UInt8] = []
    for customer in page.customers {
      switch query.format {
      case .ndjson: customer.appendLine(to: &text)
      case .csv: try customer.appendRow(attributes: query.attributes, to: &text)
      }
    }
    var bytes = Array(#"{"count":"#.utf8)
    bytes.append(number: Int64(page.customers.count))
    bytes.append(json: #","text":"#)
    text.withUnsafeBufferPointer { bytes.append(utf8String: $0) }
    bytes.append(member: "next", page.next.map { PageCursor(after: $0, sort: query.customers.sort).text })
    bytes.append(UInt8(ascii: "}"))
    return OperationReply(body: bytes)
  }
}
