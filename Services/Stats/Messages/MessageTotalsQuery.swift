import Contracts

/// Whose messages to count by status: `{"mailout_id"?, "status"?}`.
struct MessageTotalsQuery: Sendable, Equatable {
  var mailoutID: Int64?
  var status: MessageStatus?

  static func read(_ data: JSON) throws(Problem) -> MessageTotalsQuery {
    var reader = FieldReader(data)
    let query = MessageTotalsQuery(
      mailoutID: reader.integer("mailout_id", in: 1...Int64.max), status: reader.messageStatus("status"))
    try reader.finish()
    return query
  }
}
