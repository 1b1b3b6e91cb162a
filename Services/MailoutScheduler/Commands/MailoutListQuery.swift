import Contracts

/// Which mailouts to list: `filter.status` (one or several), `filter.name` (a part of it), newest first.
struct MailoutListQuery: Equatable {
  var statuses: [String]
  var name: String?
  var before: Int64?
  var limit: Int

  static func read(_ data: JSON) throws(Problem) -> MailoutListQuery {
    var reader = FieldReader(data)
    var statuses: [String] = []
    var name: String?
    _ = reader.object("filter") { filter in
      if case .string? = filter.value("status") {
        statuses = filter.string("status", max: 20).map { [$0] } ?? []
      } else {
        statuses = filter.strings("status", maxCount: 10, max: 20) ?? []
      }
      for status in statuses where MailoutStatus(rawValue: status) == nil {
        let known = MailoutStatus.allCases.map(\.rawValue).joined(separator: ", ")
        filter.fail("status", "is not a status of a mailout; known are: \(known)")
      }
      name = filter.string("name", max: 200)
    }
    let limit = reader.integer("limit", in: 1...1000) ?? 100
    let after = reader.string("after", max: 100)
    let before = after.flatMap { Int64($0) }
    if after != nil && before == nil { reader.fail("after", "is not a cursor from an earlier page") }
    if let sort = reader.string("sort", max: 40), sort != "-id" { reader.fail("sort", "must be -id") }
    try reader.finish()
    return MailoutListQuery(statuses: statuses, name: name, before: before, limit: Int(limit))
  }
}
