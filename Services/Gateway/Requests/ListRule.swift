import Contracts
import HTTPServer

/// What a list takes in its query: filters, and beside them `limit`, `after` and `sort`.
struct ListRule: Sendable {
  static let limits = Int(PageLimit.allowed.lowerBound)...Int(PageLimit.allowed.upperBound)

  /// Filters that may be given once: a string in the data.
  var single: [String] = []
  /// Filters that may be given several times, any of the values being right: an array in the data.
  var several: [String] = []

  /// The operation's data: `{"filter": {…}, "limit": n, "after": cursor, "sort": name}`.
  /// - Parameter target: what else the data says: of what the list is.
  /// - Throws: `invalid`, every wrong parameter named.
  func data(_ query: HTTPQuery, _ target: [String: JSON]? = nil) throws(Problem) -> [UInt8] {
    var reader = QueryReader(query)
    let filter = filter(&reader)
    let limit = reader.integer("limit", in: Self.limits) ?? Int(PageLimit.standard)
    var data = target ?? ["filter": filter]
    data["limit"] = .integer(Int64(limit))
    data["after"] = reader.one("after").map(JSON.string)
    // What belongs to one thing has an order of its own.
    if target == nil { data["sort"] = reader.one("sort", max: 64).map(JSON.string) }
    try reader.finish()
    return JSON.object(data).bytes
  }

  /// The filters alone, as an object.
  func filter(_ reader: inout QueryReader) -> JSON {
    var filter: [String: JSON] = [:]
    for name in single { filter[name] = reader.one(name).map(JSON.string) }
    for name in several {
      let values = reader.many(name)
      if !values.isEmpty { filter[name] = .array(values.map(JSON.string)) }
    }
    return .object(filter)
  }
}
