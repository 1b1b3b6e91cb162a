import AMQP
import Contracts
import FoundationEssentials
public import Postgres

/// A service's part of the audit log: rows written in the transaction of the change itself, on their way to statistics,
/// which keep them. `AuditPublisher` takes them there in portions.
public struct AuditTrail: Sendable {
  private let table: SQL

  /// - Parameter schema: trusted text: the service's own schema, which has a table `audit`.
  public init(schema: String) { table = "\(raw: schema).audit" }

  public func record(_ entry: AuditEntry, on connection: PostgresConnection) async throws {
    try await connection.query(insert(entry))
  }

  /// In a transaction of its own.
  public func record(_ entry: AuditEntry, on pool: PostgresPool) async throws {
    try await pool.query(insert(entry))
  }

  /// The statement that writes the entry, to stand alone or inside another one.
  func insert(_ entry: AuditEntry) -> SQL {
    """
    insert into \(fragment: table) (principal, origin, operation, subject_kind, subject_id, trace_id, result)
    values (\(entry.principal), \(entry.origin), \(entry.operation), \(entry.subjectKind), \(entry.subjectID),
      \(entry.traceID), \(entry.result.rawValue))
    """
  }

  /// The same for an operation that was done for several at once.
  /// - Parameter rows: trusted text: what has the columns `principal`, `origin`, `subject` and `trace`, all text.
  func insert(_ operation: Operation, from rows: String) -> SQL {
    """
    insert into \(fragment: table) (principal, origin, operation, subject_kind, subject_id, trace_id, result)
    select principal, origin, \(operation.type), \(AuditEntry.subjectKind(of: operation.type)), subject, trace,
      \(AuditRecord.Result.done.rawValue) from \(raw: rows)
    """
  }

  /// Hands the oldest rows out, holding them, and deletes them once `publish` returns. How many there were.
  func drain(
    limit: Int64, on pool: PostgresPool, _ publish: @Sendable ([AuditRecord]) async throws -> Void
  ) async throws -> Int {
    try await pool.withTransaction { connection in
      let records = try await connection.query(
        """
        select id, at, principal, origin, operation, subject_kind, subject_id, trace_id, result
        from \(fragment: table) order by id limit \(limit) for update skip locked
        """
      ).map(Self.record)
      guard !records.isEmpty else { return 0 }
      try await publish(records)
      // What a crash of the database brings back is sent again; statistics know it by its id.
      try await connection.commitWithoutWaiting()
      try await connection.atCommit("delete from \(fragment: table) where id = any(\(records.map(\.id)))")
      return records.count
    }
  }

  private static func record(_ row: PostgresRow) throws -> AuditRecord {
    AuditRecord(
      id: try row[0, as: Int64.self], at: Timestamp.microseconds(try row[1, as: Date.self]),
      principal: try row[2, as: String.self], origin: try row[3, as: String?.self],
      operation: try row[4, as: String.self], subjectKind: try row[5, as: String.self],
      subjectID: try row[6, as: String?.self], traceID: try row[7, as: String.self],
      result: AuditRecord.Result(rawValue: try row[8, as: String.self]) ?? .done)
  }
}
