import Contracts
import FoundationEssentials
import Postgres

/// The audit log in the database.
struct AuditLogStore: Sendable {
  private static let purgePortion: Int64 = 10_000

  let pool: PostgresPool

  /// Each record once, however often it comes.
  func write(_ batch: AuditBatch) async throws {
    let records = batch.records
    try await pool.query(
      """
      insert into stats.audit_log
        (service, source_id, at, principal, origin, operation, subject_kind, subject_id, trace_id, result)
      select \(batch.service.rawValue), r.* from unnest(
        \(records.map(\.id))::bigint[], \(records.map { Timestamp.date(microseconds: $0.at) })::timestamptz[],
        \(records.map(\.principal))::text[], \(records.map(\.origin))::text[], \(records.map(\.operation))::text[],
        \(records.map(\.subjectKind))::text[], \(records.map(\.subjectID))::text[], \(records.map(\.traceID))::text[],
        \(records.map(\.result.rawValue))::text[]) r
      on conflict (service, source_id) do nothing
      """)
  }

  /// One more than the page holds, where there are so many.
  func list(_ query: AuditQuery) async throws -> [AuditLogLine] {
    var conditions: [SQL] = []
    if let principal = query.principal { conditions.append("principal = \(principal)") }
    if let operation = query.operation { conditions.append("operation = \(operation)") }
    if let kind = query.subjectKind { conditions.append("subject_kind = \(kind)") }
    if let id = query.subjectID { conditions.append("subject_id = \(id)") }
    if let from = query.from { conditions.append("at >= \(from)") }
    if let to = query.to { conditions.append("at < \(to)") }
    if let cursor = query.after {
      let place: SQL = "(\(Timestamp.date(microseconds: cursor.at)), \(cursor.id))"
      conditions.append(query.isDescending ? "(at, id) < \(fragment: place)" : "(at, id) > \(fragment: place)")
    }
    let order: SQL = query.isDescending ? "order by at desc, id desc" : "order by at, id"
    let all = conditions.reduce("true") { (all: SQL, one: SQL) -> SQL in "\(fragment: all) and \(fragment: one)" }
    return try await pool.query(
      """
      select id, at, service, principal, origin, operation, subject_kind, subject_id, trace_id, result
      from stats.audit_log where \(fragment: all) \(fragment: order) limit \(Int64(query.limit + 1))
      """
    ).map(Self.line)
  }

  /// Forgets what is older than `age`, a portion at a time.
  func purge(olderThan age: Duration) async throws {
    let seconds = Int64(age / .seconds(1))
    try await pool.query(
      """
      delete from stats.audit_log where id in (
        select id from stats.audit_log where at < now() - \(seconds) * interval '1 second'
        order by at limit \(Self.purgePortion))
      """)
  }

  private static func line(_ row: PostgresRow) throws -> AuditLogLine {
    AuditLogLine(
      id: try row[0, as: Int64.self], at: Timestamp.microseconds(try row[1, as: Date.self]),
      service: try row[2, as: String.self], principal: try row[3, as: String.self],
      origin: try row[4, as: String?.self], operation: try row[5, as: String.self],
      subjectKind: try row[6, as: String.self], subjectID: try row[7, as: String?.self],
      traceID: try row[8, as: String.self], result: try row[9, as: String.self])
  }
}

extension AuditBatch {
  static func read(_ body: [UInt8]) throws(Problem) -> AuditBatch { try Envelope<AuditBatch>.decode(body).data }
}
