import Contracts

/// Which thing an operation is about, and which version of it: the data's `id` and `if_match`.
struct Target: Sendable, Equatable {
  var id: Int64
  /// The version that must still be the present one.
  var ifMatch: String?

  /// Reads them; `more` reads what else the data has.
  static func read<More>(_ data: JSON, _ more: (inout FieldReader) -> More) throws(Problem) -> (Target, More) {
    var reader = FieldReader(data)
    let id = reader.integer("id", required: true, in: 1...Int64.max)
    let ifMatch = reader.string("if_match", max: 202)
    let rest = more(&reader)
    try reader.finish()
    guard let id else { throw Problem(.malformed, "The data has no id.") }
    return (Target(id: id, ifMatch: ifMatch), rest)
  }

  /// - Throws: `Problem` where the thing has changed since the caller read it.
  func check(_ etag: String, of what: String) throws(Problem) {
    guard let ifMatch, ifMatch != etag else { return }
    throw Problem(.stale, "The \(what) \(id) has changed: its version is \(etag), not \(ifMatch).")
  }
}
