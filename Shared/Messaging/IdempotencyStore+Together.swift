import Contracts
public import Postgres

extension IdempotencyStore {
  /// Whether `together` can take the request: it has a key, and nobody else may still be working on it.
  public static func canBeTogether(_ request: OperationRequest) -> Bool {
    request.idempotencyKey != nil && !request.isRedelivered
  }

  /// Does for several requests at once what one statement can do for all of them, each at most once a key.
  ///
  /// - Parameters:
  ///   - requests: of one operation, which `canBeTogether`.
  ///   - parts: common table expressions about `gate`, whose rows `n` (bigint) number the requests that may be worked on,
  ///     from 1. They end with one called `answer`: for each request that was done a row of `n`, `body` (bytea), `etag`
  ///     and `subject` (text; the id of what it was done to).
  /// - Returns: the answers, in order. Nil where nothing was done: the key was used, or the statement could not; then
  ///   `once` does it, or says why not.
  public func together(
    _ requests: [OperationRequest], on pool: PostgresPool, parts: SQL
  ) async throws -> [OperationReply?] {
    guard let operation = requests.first?.operation else { return [] }
    let keys = requests.map { $0.idempotencyKey ?? "" }
    let rows = try await pool.query(
      """
      with asked as materialized (
        select * from unnest(\(requests.map(\.keyOwner))::text[], \(keys)::text[],
          \(zip(requests, keys).map { lock($0.keyOwner, $1) })::bigint[], \(try requests.map { try $0.dataHash() })::bigint[],
          \(requests.map(\.principal))::text[], \(requests.map(\.origin))::text[], \(requests.map(\.traceID))::text[])
        with ordinality asked (owner, key, lock, hash, principal, origin, trace, n)),
      gate as materialized (
        select n from asked where not exists (
          select from \(fragment: table) i where i.principal = asked.owner and i.key = asked.key)
        and pg_try_advisory_xact_lock(lock)),
      \(fragment: parts),
      kept as (
        insert into \(fragment: table) (principal, key, operation, hash, body, etag)
        select owner, key, \(operation.type), hash, body, etag from answer join asked using (n)),
      noted as (\(fragment: audit.insert(operation, from: "answer join asked using (n)")))
      select n, body, etag from answer
      """)
    var replies = [OperationReply?](repeating: nil, count: requests.count)
    for row in rows {
      replies[Int(try row[0, as: Int64.self]) - 1] = OperationReply(
        body: try row[1, as: [UInt8].self], etag: try row[2, as: String?.self])
    }
    return replies
  }
}
