import Contracts
import Messaging

/// A page of rows. The cursor is the last row's id.
struct RowPage: Sendable {
  private let limit: Int
  private let after: Int64

  /// - Throws: `Problem` with every fault of a list's data.
  init(_ data: JSON) throws(Problem) {
    var reader = FieldReader(data)
    _ = reader.object("filter") { _ in }
    limit = reader.pageLimit()
    let cursor = reader.string("after", max: 100)
    let id = cursor.flatMap { Int64($0) }
    if cursor != nil && id == nil { reader.fail("after", "is not a cursor from an earlier page") }
    after = id ?? 0
    try reader.finish()
  }

  /// - Parameter rows: in order of their ids.
  func reply<Row>(_ rows: [Row], id: (Row) -> Int64, json: (Row) -> JSON) -> OperationReply {
    let rest = rows.filter { id($0) > after }
    let page = rest.prefix(limit)
    let next = rest.count > limit ? page.last.map { JSON.string(String(id($0))) } : nil
    return OperationReply(["items": .array(page.map(json)), "next": next ?? .null])
  }
}
