import Contracts
import Messaging

/// Which page of whose timeline: `{"id", "limit"?, "after"?}`.
struct TimelineQuery: Sendable, Equatable {
  var id: Int64
  var after = TimelineCursor.start
  var limit: Int

  static func read(_ data: JSON) throws(Problem) -> TimelineQuery {
    let id = try data.targetID()
    var reader = FieldReader(data)
    _ = reader.value("id")
    _ = reader.object("filter") { _ in }
    var query = TimelineQuery(id: id, limit: reader.pageLimit())
    if let text = reader.string("after", max: 100) {
      if let cursor = TimelineCursor(text) {
        query.after = cursor
      } else {
        reader.fail("after", "is not a cursor from an earlier page")
      }
    }
    try reader.finish()
    return query
  }
}
