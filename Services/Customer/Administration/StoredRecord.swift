import Contracts
import Postgres

/// Something that administrators keep in a table of its own: with an id, and a revision that every change raises.
protocol StoredRecord: Sendable {
  /// What it is called in answers: "API key".
  static var noun: String { get }
  static var events: RecordEvents { get }
  /// Trusted SQL: the table.
  static var table: SQL { get }
  /// Trusted SQL: what `init(row:)` reads, for a row `r`; the first is the id.
  static var columns: SQL { get }
  /// Trusted SQL: which rows `r` are there for administrators.
  static var isPresent: SQL { get }

  init(row: PostgresRow) throws

  var id: Int64 { get }
  var revision: Int64 { get }
  /// As it is shown; no secret is in it.
  var json: JSON { get }
}

extension StoredRecord {
  var etag: String { String(revision) }
}
