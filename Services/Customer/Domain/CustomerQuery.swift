import Contracts

/// A list of customers as asked for: its filters are ANDed; those with several values mean any of them.
struct CustomerQuery: Sendable, Equatable {
  static let maxLimit: Int64 = 1000
  static let defaultLimit: Int64 = 50
  static let maxValues = 100
  /// Ids ascend in the order of creation, so the order by `created_at` is the order by id.
  static let orders = ["id", "-id", "created_at", "-created_at"]

  var tags: [String] = []
  var phoneCodes: [String] = []
  var timezones: [String] = []
  var phone: String?
  var email: String?
  /// Part of a name, an e-mail address or a phone number, without regard to case.
  var text: String?
  var limit = Int(defaultLimit)
  var sort = "id"
  /// Exclusive bound: greater ids only, or smaller ones in descending order.
  var after: Int64?

  var isDescending: Bool { sort.hasPrefix("-") }

  /// Reads a list's `data`: {filter, limit, after, sort}. Pointers name the query's parameters.
  static func read(_ data: JSON, zones: TimeZoneNames) throws(Problem) -> CustomerQuery {
    var page = FieldReader(data)
    var query = CustomerQuery()
    let filter = page.value("filter")
    query.limit = Int(page.integer("limit", in: 1...maxLimit) ?? defaultLimit)
    query.sort = page.string("sort", max: 32) ?? "id"
    if !orders.contains(query.sort) { page.fail("sort", "must be one of \(orders.joined(separator: ", "))") }
    let sort = query.sort
    query.after = page.parsed("after", max: 512) { text throws(FieldFault) in try PageCursor(text, sort: sort) }?.after

    var reader = FieldReader(filter ?? [:], at: "/filter")
    query.tags = reader.list("tag", max: TagRules.maxLength, TagRules.check)
    query.phoneCodes = reader.list("phone_code", max: 32, Phone.code)
    query.timezones = reader.list("timezone", max: 64, zones.check)
    query.phone = reader.single("phone", max: 32) { text throws(FieldFault) in try Phone(text).digits }
    query.email = reader.single("email", max: 320) { text throws(FieldFault) in text }
    query.text = reader.single("q", max: 100) { text throws(FieldFault) in text }
    try Problem.finish(page, reader)
    return query
  }
}

extension FieldReader {
  /// A query parameter that may be repeated: a string or an array of strings.
  mutating func list(
    _ name: String, max: Int, _ parse: (String) throws(FieldFault) -> String
  ) -> [String] {
    guard case .array = value(name) else { return parsed(name, max: max, parse).map { [$0] } ?? [] }
    var result: [String] = []
    for text in strings(name, maxCount: CustomerQuery.maxValues, max: max) ?? [] {
      do {
        result.append(try parse(text))
      } catch {
        fail(name, error.detail)
      }
    }
    return TagRules.normalise(result)
  }

  /// A query parameter that stands once: a string or an array of one.
  mutating func single(_ name: String, max: Int, _ parse: (String) throws(FieldFault) -> String) -> String? {
    let values = list(name, max: max, parse)
    if values.count > 1 { fail(name, "must be given once") }
    return values.first
  }
}

extension Problem {
  /// Throws the faults of both readers together.
  static func finish(_ first: FieldReader, _ second: FieldReader) throws(Problem) {
    var faults: [Field] = []
    for reader in [first, second] {
      do { try reader.finish() } catch { faults += error.errors }
    }
    guard faults.isEmpty else { throw Problem.invalid(faults) }
  }
}
