import Contracts
import FoundationEssentials
public import Postgres

/// Idempotency lives with the effect: the key, what it stood for and the answer are stored in the effect's own
/// transaction, and for 24 hours a repetition gets the stored answer. So does the audit log's line of it.
public struct IdempotencyStore: Sendable {
  private let table: SQL
  /// Where what is done is noted.
  public let audit: AuditTrail

  /// - Parameter schema: trusted text: the service's own schema.
  public init(schema: String) {
    table = "\(raw: schema).idempotency"
    audit = AuditTrail(schema: schema)
  }

  /// Runs `effect` in one transaction, at most once a (principal, key); without a key, simply in a transaction.
  /// - Parameter secrets: members of the data that are secrets: nothing of them is kept.
  /// - Throws: `Problem` `invalid` where the key stood for something else before; what `effect` throws.
  public func once(
    _ request: OperationRequest, on pool: PostgresPool, secrets: Set<String> = [],
    _ effect: @Sendable (PostgresConnection) async throws -> OperationReply
  ) async throws -> OperationReply {
    guard let key = request.idempotencyKey else {
      return try await pool.withTransaction { connection in
        let reply = try await effect(connection)
        try await audit.record(AuditEntry(request, reply: reply), on: connection)
        return reply
      }
    }
    let hash = try request.dataHash(without: secrets)
    return try await pool.withTransaction { connection in
      // A second request under the same key waits here until the first has committed.
      let taken = try await connection.query(
        """
        insert into \(fragment: table) (principal, key, operation, hash)
        values (\(request.principal), \(key), \(request.operation.type), \(hash))
        on conflict (principal, key) do nothing
        """)
      if taken.affected == 0 {
        return try await stored(request.principal, key, hash: hash, on: connection)
      }
      let reply = try await effect(connection)
      try await connection.query(
        """
        with noted as (\(fragment: audit.insert(AuditEntry(request, reply: reply))))
        update \(fragment: table) set body = \(reply.kept ?? reply.body), etag = \(reply.etag as String?)
        where principal = \(request.principal) and key = \(key)
        """)
      return reply
    }
  }

  /// Forgets answers older than 24 hours.
  public func purge(on pool: PostgresPool) async throws {
    try await pool.query("delete from \(fragment: table) where created_at < now() - interval '24 hours'")
  }

  private func stored(
    _ principal: String, _ key: String, hash: Int64, on connection: PostgresConnection
  ) async throws -> OperationReply {
    let rows = try await connection.query(
      "select hash, body, etag from \(fragment: table) where principal = \(principal) and key = \(key)")
    guard let row = rows.first else {
      throw Problem(.conflict, "The same request is being worked on.")
    }
    guard try row[0, as: Int64.self] == hash else {
      throw Problem(.invalid, "This Idempotency-Key stood for another request before; use a new one.")
    }
    return OperationReply(body: try row[1, as: [UInt8].self], etag: try row[2, as: String?.self])
  }
}
