import Contracts
import Postgres

/// A page of a list whose rows have ids that grow: `limit`, `after`, and `sort`, which is `id` or `-id`.
///
/// The cursor is the last row's id; in another order than the list's usual one it names the order too, so that it
/// cannot go on in the wrong direction.
public struct IDPage: Sendable, Equatable {
  public enum Order: String, Sendable, CaseIterable {
    case ascending = "id"
    case descending = "-id"
  }

  public var limit = Int(PageLimit.standard)
  public var order: Order
  /// Exclusive.
  public var after: Int64?
  private let usual: Order

  /// The first page in the list's usual order.
  public init(_ usual: Order) {
    (order, self.usual) = (usual, usual)
  }

  /// Reads the three members; what is wrong with them is the reader's to tell.
  public init(_ reader: inout FieldReader, _ usual: Order) {
    self.init(usual)
    limit = reader.pageLimit()
    if let sort = reader.string("sort", max: 40) {
      if let wished = Order(rawValue: sort) {
        order = wished
      } else {
        reader.fail("sort", "must be one of \(Order.allCases.map(\.rawValue).joined(separator: ", "))")
      }
    }
    guard let cursor = reader.string("after", max: 512) else { return }
    let parts = cursor.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let place = parts.count > 1 ? Order(rawValue: String(parts[0])) : usual
    guard let place, let id = parts.last.flatMap({ Int64($0) }) else {
      reader.fail("after", "is not a cursor from an earlier page")
      return
    }
    if place != order { reader.fail("after", "belongs to a list in another order, \"\(place.rawValue)\"") }
    after = id
  }

  /// Of a list that has no filters.
  /// - Throws: `Problem` with every fault of the list's data.
  public static func read(_ data: JSON, _ usual: Order) throws(Problem) -> IDPage {
    var reader = FieldReader(data)
    _ = reader.object("filter") { _ in }
    let page = IDPage(&reader, usual)
    try reader.finish()
    return page
  }

  /// What is asked of the database: one more than the page holds, to know whether there is a next one.
  public var rows: Int64 { Int64(limit) + 1 }

  /// Where the page begins, as a condition.
  /// - Parameter id: trusted SQL, the column.
  public func condition(_ id: SQL = "id") -> SQL {
    guard let after else { return "true" }
    return order == .ascending ? "\(fragment: id) > \(after)" : "\(fragment: id) < \(after)"
  }

  /// "order by id desc", with the rows that are asked for.
  public func ordering(_ id: SQL = "id") -> SQL {
    let direction: SQL = order == .ascending ? "asc" : "desc"
    return "order by \(fragment: id) \(fragment: direction) limit \(rows)"
  }

  /// `{"items", "next"}` and what else is told.
  /// - Parameter found: in the order of the page, `rows` of them at most.
  public func reply<Row>(
    _ found: [Row], more: [String: JSON] = [:], items: String = "items", id: (Row) -> Int64, json: (Row) -> JSON
  ) -> OperationReply {
    let shown = found.prefix(limit)
    let next = found.count > limit ? shown.last.map { JSON.string(cursor(after: id($0))) } : nil
    return OperationReply(
      .object(more.merging([items: .array(shown.map(json)), "next": next ?? .null]) { _, new in new }))
  }

  /// The same of rows that are few and all at hand, in ascending order.
  public func reply<Row>(of all: [Row], id: (Row) -> Int64, json: (Row) -> JSON) -> OperationReply {
    let sorted = order == .ascending ? all : all.reversed()
    let rest = sorted.filter { row in
      guard let after else { return true }
      return order == .ascending ? id(row) > after : id(row) < after
    }
    return reply(rest, id: id, json: json)
  }

  private func cursor(after id: Int64) -> String {
    order == usual ? String(id) : "\(order.rawValue):\(id)"
  }
}
