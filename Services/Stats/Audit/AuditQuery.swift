import Contracts
import FoundationEssentials

/// Which part of the audit log is asked for, newest first if nothing else is said.
struct AuditQuery: Sendable, Equatable {
  /// Where a page ends: "microseconds.id".
  struct Cursor: Sendable, Equatable {
    var at: Int64
    var id: Int64

    var text: String { "\(at).\(id)" }

    init(at: Int64, id: Int64) {
      self.at = at
      self.id = id
    }

    init?(_ text: String) {
      let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { Int64($0) }
      // Within what a timestamp can be: the year 9999.
      guard parts.count == 2, let at = parts[0], let id = parts[1], (0...253_402_300_800_000_000).contains(at) else {
        return nil
      }
      self.init(at: at, id: id)
    }
  }

  var principal: String?
  var operation: String?
  var subjectKind: String?
  var subjectID: String?
  /// Inclusive.
  var from: Date?
  /// Exclusive.
  var to: Date?
  var isDescending = true
  var after: Cursor?
  var limit = 100

  /// Reads `filter` {`principal`, `operation`, `subject` ("mailout" or "mailout/17"), `from`, `to`}, `limit`, `after`,
  /// `sort` (`at`, `-at`).
  /// - Throws: `Problem` with every fault.
  static func read(_ data: JSON) throws(Problem) -> AuditQuery {
    var reader = FieldReader(data)
    var query = AuditQuery()
    _ = reader.object("filter") { filter in
      query.principal = filter.string("principal", max: 300)
      query.operation = filter.string("operation", max: 100)
      if let subject = filter.string("subject", max: 300) {
        let parts = subject.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        query.subjectKind = parts.first
        query.subjectID = parts.count > 1 ? parts[1] : nil
        if parts.contains("") { filter.fail("subject", "must be a kind, or a kind and an id: mailout, mailout/17") }
      }
      query.from = filter.timestamp("from")
      query.to = filter.timestamp("to")
    }
    query.limit = reader.pageLimit()
    if let sort = reader.string("sort", max: 40) {
      query.isDescending = sort == "-at"
      if !["at", "-at"].contains(sort) { reader.fail("sort", "must be one of at, -at") }
    }
    if let after = reader.string("after", max: 100) {
      query.after = Cursor(after)
      if query.after == nil { reader.fail("after", "is not a cursor from an earlier page") }
    }
    try reader.finish()
    return query
  }
}
