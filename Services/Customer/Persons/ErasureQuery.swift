import Contracts

/// Which erasures to list, newest first: `filter.customer_id`, `filter.state`.
struct ErasureQuery: Sendable, Equatable {
  static let states = ["running", "complete"]

  var customerID: Int64?
  var isComplete: Bool?
  var before: Int64?
  var limit: Int

  static func read(_ data: JSON) throws(Problem) -> ErasureQuery {
    var reader = FieldReader(data)
    var query = ErasureQuery(limit: Int(PageLimit.standard))
    _ = reader.object("filter") { filter in
      query.customerID = filter.id("customer_id")
      if let state = filter.string("state", max: 20) {
        if !states.contains(state) { filter.fail("state", "must be one of: \(states.joined(separator: ", "))") }
        query.isComplete = state == "complete"
      }
    }
    query.limit = reader.pageLimit()
    query.before =
      reader.parsed("after", max: PageCursor.maxLength) { text throws(FieldFault) in
        try PageCursor(text, sort: "-id")
      }?.after
    try reader.finish()
    return query
  }
}

extension FieldReader {
  /// A whole number, also as the text that a query parameter is.
  fileprivate mutating func id(_ name: String) -> Int64? {
    switch value(name) {
    case nil: return nil
    case .integer(let number)? where number > 0: return number
    case .string(let text)?:
      if let number = Int64(text), number > 0 { return number }
      fallthrough
    default:
      fail(name, "must be a customer's id")
      return nil
    }
  }
}
