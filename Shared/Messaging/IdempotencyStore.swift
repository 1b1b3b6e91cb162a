import Contracts
import FoundationEssentials
public import Postgres

/// Idempotency lives with the effect: the key, what it stood for and the answer are stored in the effect's own
/// transaction, and for 24 hours a repetition gets the stored answer. So does the audit log's line of it.
public struct IdempotencyStore: Sendable {
  private let schema: String
  let table: SQL
  /// Where what is done is noted.
  public let audit: AuditTrail

  /// - Parameter schema: trusted text: the service's own schema.
  public init(schema: String) {
    self.schema = schema
    table = "\(raw: schema).idempotency"
    audit = AuditTrail(schema: schema)
  }

  /// Runs `effect` in one transaction, at most once a (`keyOwner`, key); without a key, simply in a transaction.
  /// - Parameter secrets: members of the data that are secrets: nothing of them is kept.
  /// - Throws: `Problem` `invalid` where the key stood for something else before, `conflict` while another request under
  ///   the same key is being worked on; what `effect` throws.
  public func once(
    _ request: OperationRequest, on pool: PostgresPool, secrets: Set<String> = [],
    _ effect: @Sendable (PostgresConnection) async throws -> OperationReply
  ) async throws -> OperationReply {
    // On the pool's thread: a change of threads for each statement would cost more than all that is done here.
    try await withTaskExecutorPreference(pool.executor) {
      try await onceHere(request, on: pool, secrets: secrets, effect)
    }
  }

  private func onceHere(
    _ request: OperationRequest, on pool: PostgresPool, secrets: Set<String>,
    _ effect: @Sendable (PostgresConnection) async throws -> OperationReply
  ) async throws -> OperationReply {
    guard let key = request.idempotencyKey else {
      return try await pool.withTransaction { connection in
        let reply = try await effect(connection)
        for entry in AuditEntry.all(request, reply) { try await connection.atCommit(audit.insert(entry)) }
        return reply
      }
    }
    let hash = try request.dataHash(without: secrets)
    let lock = lock(request.keyOwner, key)
    return try await pool.withTransaction { connection in
      // The broker's second copy of a request waits for the first: its answer is the one the caller waits for.
      if request.isRedelivered { try await connection.query("select pg_advisory_xact_lock(\(lock))") }
      let taken = try await connection.query(
        """
        insert into \(fragment: table) (principal, key, operation, hash)
        select \(request.keyOwner), \(key), \(request.operation.type), \(hash) where pg_try_advisory_xact_lock(\(lock))
        on conflict (principal, key) do nothing
        """)
      if taken.affected == 0 {
        return try await stored(request.keyOwner, key, hash: hash, on: connection)
      }
      let reply = try await effect(connection)
      let entries = AuditEntry.all(request, reply)
      for entry in entries.dropFirst() { try await connection.atCommit(audit.insert(entry)) }
      try await connection.atCommit(
        """
        with noted as (\(fragment: audit.insert(entries[0])))
        update \(fragment: table) set body = \(reply.kept ?? reply.body), etag = \(reply.etag as String?)
        where principal = \(request.keyOwner) and key = \(key)
        """)
      return reply
    }
  }

  /// What who works under a key holds until its transaction ends. Two keys that meet here by chance only wait, or are
  /// told to: what decides is the table.
  func lock(_ principal: String, _ key: String) -> Int64 {
    FNV.hash([schema.utf8, principal.utf8, key.utf8])
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
    guard let body = try row[1, as: [UInt8]?.self] else {
      throw Problem(.notFound, "This was done, and its answer is gone: the person it was about has been erased.")
    }
    return OperationReply(body: body, etag: try row[2, as: String?.self])
  }
}
