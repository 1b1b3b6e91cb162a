import Contracts
import Messaging

/// Which messages to list, newest first if nothing else is said: `filter.mailout_id` (0 for those of no mailout), `filter.customer_id`,
/// `filter.status`.
struct MessageListQuery: Equatable {
  var mailoutID: Int64?
  var customerID: Int64?
  var status: MessageStatus?
  var page = IDPage(.descending)

  static func read(_ data: JSON) throws(Problem) -> MessageListQuery {
    var reader = FieldReader(data)
    var query = MessageListQuery()
    _ = reader.object("filter") { filter in
      query.mailoutID = filter.wholeNumber("mailout_id")
      query.customerID = filter.wholeNumber("customer_id")
      query.status = filter.messageStatus("status")
    }
    query.page = IDPage(&reader, .descending)
    try reader.finish()
    return query
  }
}

extension FieldReader {
  mutating func messageStatus(_ name: String) -> MessageStatus? {
    guard let text = string(name, max: 20) else { return nil }
    if let status = MessageStatus(rawValue: text) { return status }
    let known = MessageStatus.allCases.map(\.rawValue).joined(separator: ", ")
    fail(name, "is not a status of a message; known are: \(known)")
    return nil
  }

  /// A whole number, also as the text that a query parameter is.
  mutating func wholeNumber(_ name: String) -> Int64? {
    guard let value = value(name) else { return nil }
    switch value {
    case .integer(let number): return number
    case .string(let text):
      if let number = Int64(text) { return number }
      fallthrough
    default:
      fail(name, "must be a whole number")
      return nil
    }
  }
}
