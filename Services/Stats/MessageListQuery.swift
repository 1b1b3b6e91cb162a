import Contracts

/// Which messages to list, newest first: `filter.mailout_id` (0 for those of no mailout), `filter.customer_id`,
/// `filter.status`.
struct MessageListQuery: Equatable {
  var mailoutID: Int64?
  var customerID: Int64?
  var status: MessageStatus?
  var before: Int64?
  var limit: Int

  static func read(_ data: JSON) throws(Problem) -> MessageListQuery {
    var reader = FieldReader(data)
    var query = MessageListQuery(limit: 100)
    _ = reader.object("filter") { filter in
      query.mailoutID = filter.wholeNumber("mailout_id")
      query.customerID = filter.wholeNumber("customer_id")
      query.status = filter.messageStatus("status")
    }
    (query.before, query.limit) = reader.page()
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

  /// `after` (the id the last page ended with), `limit` and `sort` of a list that is newest first.
  mutating func page() -> (before: Int64?, limit: Int) {
    let limit = integer("limit", in: 1...1000) ?? 100
    let after = string("after", max: 100)
    let before = after.flatMap { Int64($0) }
    if after != nil && before == nil { fail("after", "is not a cursor from an earlier page") }
    if let sort = string("sort", max: 40), sort != "-id" { fail("sort", "must be -id") }
    return (before, Int(limit))
  }
}
