import Contracts
import Messaging

/// Which erasures to list, newest first if nothing else is said: `filter.customer_id`, `filter.state`.
struct ErasureQuery: Sendable, Equatable {
  static let states = ["running", "complete"]

  var customerID: Int64?
  var isComplete: Bool?
  var page = IDPage(.descending)

  static func read(_ data: JSON) throws(Problem) -> ErasureQuery {
    var reader = FieldReader(data)
    var query = ErasureQuery()
    _ = reader.object("filter") { filter in
      query.customerID = filter.id("customer_id")
      if let state = filter.string("state", max: 20) {
        if !states.contains(state) { filter.fail("state", "must be one of: \(states.joined(separator: ", "))") }
        query.isComplete = state == "complete"
      }
    }
    query.page = IDPage(&reader, .descending)
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
