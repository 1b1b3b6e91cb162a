import Contracts
import Messaging

/// Which mailouts to list, newest first if nothing else is said: `filter.status`, `filter.tag`, `filter.phone_code` (one
/// or several each, any of them), `filter.name` (a part of it).
struct MailoutListQuery: Equatable {
  private static let maxValues = 100

  var statuses: [String] = []
  /// Those whose own filter names any of them.
  var tags: [String] = []
  var phoneCodes: [String] = []
  var name: String?
  var page = IDPage(.descending)

  static func read(_ data: JSON) throws(Problem) -> MailoutListQuery {
    var reader = FieldReader(data)
    var query = MailoutListQuery()
    _ = reader.object("filter") { filter in
      query.statuses = filter.oneOrSeveral("status", maxCount: 10, max: 20)
      for status in query.statuses where MailoutStatus(rawValue: status) == nil {
        let known = MailoutStatus.allCases.map(\.rawValue).joined(separator: ", ")
        filter.fail("status", "is not a status of a mailout; known are: \(known)")
      }
      query.tags = filter.oneOrSeveral("tag", maxCount: maxValues, max: 64)
      query.phoneCodes = filter.oneOrSeveral("phone_code", maxCount: maxValues, max: PhoneCode.maxLength)
      for fault in query.phoneCodes.compactMap(PhoneCode.fault) { filter.fail("phone_code", fault) }
      query.name = filter.string("name", max: 200)
    }
    query.page = IDPage(&reader, .descending)
    try reader.finish()
    return query
  }
}

extension FieldReader {
  /// A query parameter that may be repeated: a text or several.
  fileprivate mutating func oneOrSeveral(_ name: String, maxCount: Int, max: Int) -> [String] {
    if case .string? = value(name) { return string(name, max: max).map { [$0] } ?? [] }
    return strings(name, maxCount: maxCount, max: max) ?? []
  }
}
