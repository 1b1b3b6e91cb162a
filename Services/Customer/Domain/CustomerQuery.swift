import Contracts

/// A list of customers as asked for: its filters are ANDed; those with several values mean any of them.
struct CustomerQuery: Sendable, Equatable {
  static let maxValues = 100
  /// Ids ascend in the order of creation, so the order by `created_at` is the order by id.
  static let orders = ["id", "-id", "created_at", "-created_at"]

  var tags: [String] = []
  var phoneCodes: [String] = []
  var timezones: [String] = []
  var phone: String?
  var email: String?
  /// See `SearchSQL`.
  var text: String?
  var limit = Int(PageLimit.standard)
  var sort = "id"
  /// Exclusive bound: greater ids only, or smaller ones in descending order.
  var after: Int64?

  var isDescending: Bool { sort.hasPrefix("-") }

  /// Reads a list's `data`: {filter, limit, after, sort}. Pointers name the query's parameters.
  static func read(_ data: JSON, zones: TimeZoneNames) throws(Problem) -> CustomerQuery {
    var page = FieldReader(data)
    var query = CustomerQuery()
    let filter = page.value("filter")
    query.readPage(&page)
    var reader = FieldReader(filter ?? [:], at: "/filter")
    query.readFilters(&reader, zones)
    query.phone = reader.single("phone", max: 32) { text throws(FieldFault) in try Phone(text).digits }
    query.email = reader.single("email", max: 320) { text throws(FieldFault) in text }
    query.text = reader.single("q", max: SearchSQL.maxLength) { text throws(FieldFault) in text }
    try Problem.finish(page, reader)
    return query
  }

  /// Reads a search's body: {tag, phone_code, timezone, text, limit, after, sort}.
  static func search(_ body: JSON, zones: TimeZoneNames) throws(Problem) -> CustomerQuery {
    var reader = FieldReader(body)
    var query = CustomerQuery()
    query.readPage(&reader)
    query.readFilters(&reader, zones)
    query.text = reader.string("text", max: SearchSQL.maxLength)
    try reader.finish()
    return query
  }

  private mutating func readPage(_ reader: inout FieldReader) {
    limit = reader.pageLimit()
    sort = reader.string("sort", max: 32) ?? "id"
    if !Self.orders.contains(sort) { reader.fail("sort", "must be one of \(Self.orders.joined(separator: ", "))") }
    let sort = sort
    after =
      reader.parsed("after", max: PageCursor.maxLength) { text throws(FieldFault) in try PageCursor(text, sort: sort) }?
      .after
  }

  private mutating func readFilters(_ reader: inout FieldReader, _ zones: TimeZoneNames) {
    tags = reader.list("tag", max: TagRules.maxLength, TagRules.check)
    phoneCodes = reader.list("phone_code", max: PhoneCode.maxLength, Phone.code)
    timezones = reader.list("timezone", max: TimeZoneNames.maxLength, zones.check)
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
