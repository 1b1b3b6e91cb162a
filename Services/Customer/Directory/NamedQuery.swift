import Contracts

/// A page of tags, phone codes or time zones as asked for, in the order of their names.
struct NamedQuery: Sendable, Equatable {
  /// The one of this name; nil for all.
  var name: String?
  var limit = Int(PageLimit.standard)
  var isDescending = false
  /// Exclusive bound.
  var after: String?

  /// Reads a list's `data`: {filter, limit, after, sort}.
  static func read(_ data: JSON, _ kind: NamedKind) throws(Problem) -> NamedQuery {
    var page = FieldReader(data)
    var query = NamedQuery()
    let filter = page.value("filter")
    query.limit = page.pageLimit()
    let sort = page.string("sort", max: 32) ?? kind.field
    let orders = [kind.field, "-\(kind.field)"]
    if !orders.contains(sort) { page.fail("sort", "must be one of \(orders.joined(separator: ", "))") }
    query.isDescending = sort.hasPrefix("-")
    query.after =
      page.parsed("after", max: PageCursor.maxLength) { text throws(FieldFault) in try PageCursor(text, sort: sort) }?
      .name
    var reader = FieldReader(filter ?? [:], at: "/filter")
    query.name = reader.single(kind.field, max: kind.maxLength) { text throws(FieldFault) in text }
    try Problem.finish(page, reader)
    return query
  }

  /// Where the page after one that ends with `name` begins.
  func cursor(after name: String, _ kind: NamedKind) -> String {
    PageCursor(name: name, sort: isDescending ? "-\(kind.field)" : kind.field).text
  }
}
