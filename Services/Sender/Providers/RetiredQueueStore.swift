import Postgres

/// Queues of deleted providers, as rows.
struct RetiredQueueStore: Sendable {
  let pool: PostgresPool

  /// Written with the deletion of the provider.
  static func retire(_ provider: String, on connection: PostgresConnection) async throws {
    try await connection.query(
      """
      insert into sender.retired_queue (provider) values (\(provider))
      on conflict (provider) do update set deleted_at = now(), drained_at = null
      """)
  }

  /// There is a provider of that name again. Waits for a deletion of the queue that is under way.
  static func keep(_ provider: String, on connection: PostgresConnection) async throws {
    try await connection.query("delete from sender.retired_queue where provider = \(provider)")
  }

  func all() async throws -> [RetiredQueue] {
    try await pool.query("select \(fragment: Self.columns) from sender.retired_queue order by id").map(Self.queue)
  }

  /// Those that are being emptied.
  func draining() async throws -> [RetiredQueue] { try await all().filter { $0.drained == nil } }

  /// Looks at a queue and does what is to be done, under the lock of its row: of several senders one does.
  /// - Returns: what was done; nil where the row is gone or another has it.
  func advance(
    _ id: Int64, _ body: @Sendable (RetiredQueue, _ openClaims: Int64) async throws -> RetiredQueue.Step
  ) async throws -> RetiredQueue.Step? {
    try await pool.withTransaction { connection in
      let rows = try await connection.query(
        "select \(fragment: Self.columns) from sender.retired_queue where id = \(id) for update skip locked")
      guard let queue = try rows.first.map(Self.queue) else { return nil }
      let claims = try await connection.query(
        "select count(*) from sender.claim where provider = \(queue.provider) and settled_at is null")
      let step = try await body(queue, try claims.first?[0, as: Int64.self] ?? 0)
      switch step {
      case .wait: return step
      case .leave:
        try await connection.query("update sender.retired_queue set drained_at = now() where id = \(id)")
      case .reopen:
        try await connection.query("update sender.retired_queue set drained_at = null where id = \(id)")
      case .delete, .forget: try await connection.query("delete from sender.retired_queue where id = \(id)")
      }
      try await connection.query("select pg_notify(\(ProviderStore.channel), '')")
      return step
    }
  }

  private static let columns: SQL = """
    id, provider, (extract(epoch from now() - deleted_at) * 1000)::bigint,
    (extract(epoch from now() - drained_at) * 1000)::bigint
    """

  private static func queue(_ row: PostgresRow) throws -> RetiredQueue {
    RetiredQueue(
      id: try row[0, as: Int64.self], provider: try row[1, as: String.self],
      age: .milliseconds(try row[2, as: Int64.self]),
      drained: try row[3, as: Int64?.self].map { .milliseconds($0) })
  }
}
