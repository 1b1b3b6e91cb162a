import Contracts
import FoundationEssentials
import Postgres
import Security

/// Log-ins under way, and the operators that come of them, in the database.
struct ExternalLoginStore: Sendable {
  /// What is kept of a log-in until its browser comes back.
  struct Held: Sendable {
    var bindingDigest: [UInt8]
    var nonce: String
    var verifier: String
  }

  let pool: PostgresPool

  func begin(_ login: ExternalLogin) async throws {
    try await pool.query(
      """
      insert into customer.external_login (state_digest, binding_digest, nonce, verifier, expires_at)
      values (\(SecretDigest.of(login.state)), \(SecretDigest.of(login.binding)), \(login.nonce),
        \(login.proof.verifier), now() + \(ExternalLogin.lifetimeSeconds) * interval '1 second')
      """)
  }

  /// Takes the log-in out: nobody can come back with the same state again. Nil where there is none, or not any more.
  func take(state: String) async throws -> Held? {
    try await pool.query(
      """
      delete from customer.external_login where state_digest = \(SecretDigest.of(state))
      returning binding_digest, nonce, verifier, expires_at > now()
      """
    ).first.flatMap { row -> Held? in
      guard try row[3, as: Bool.self] else { return nil }
      return Held(
        bindingDigest: try row[0, as: [UInt8].self], nonce: try row[1, as: String.self],
        verifier: try row[2, as: String.self])
    }
  }

  func purge() async throws {
    try await pool.query("delete from customer.external_login where expires_at < now()")
  }

  /// The operator of this identity, made at the first log-in, with the role that the provider now gives. The row is
  /// held from then on.
  /// - Returns: and what has become of them by this, if anything.
  /// - Throws: `OpenIDError` `notAllowed` where they are disabled here, or somebody else has the name.
  func operatorRecord(
    of identity: OpenIDIdentity, issuer: String, on connection: PostgresConnection
  ) async throws -> (record: OperatorRecord, change: EventType?) {
    let found = try await connection.query(
      """
      select \(fragment: OperatorRecord.columns) from customer.operator r
      where r.issuer = \(issuer) and r.subject = \(identity.subject) for update
      """
    ).first.map(OperatorRecord.init(row:))
    guard let found else {
      return (try await create(identity, issuer: issuer, on: connection), OperatorRecord.events.created)
    }
    if found.isDisabled { throw OpenIDError(.notAllowed, "an administrator has disabled you") }
    if found.role != identity.role {
      try await OperatorStore(pool: pool).endLogIns(of: found.id, on: connection)
    }
    let record: OperatorRecord = try await connection.query(
      """
      update customer.operator r set last_login_at = now(), role = \(identity.role.rawValue),
        revision = revision + case when role = \(identity.role.rawValue) then 0 else 1 end,
        updated_at = case when role = \(identity.role.rawValue) then updated_at else now() end
      where id = \(found.id) returning \(fragment: OperatorRecord.columns)
      """
    ).onlyRecord()
    return (record, found.role == identity.role ? nil : OperatorRecord.events.updated)
  }

  /// A name that somebody has already is never taken over: it may be an admin's.
  private func create(
    _ identity: OpenIDIdentity, issuer: String, on connection: PostgresConnection
  ) async throws -> OperatorRecord {
    let rows = try await connection.query(
      """
      insert into customer.operator as r (username, role, issuer, subject, last_login_at)
      values (\(identity.username), \(identity.role.rawValue), \(issuer), \(identity.subject), now())
      on conflict do nothing returning \(fragment: OperatorRecord.columns)
      """)
    guard rows.first != nil else { throw OpenIDError(.notAllowed, "another operator has your name") }
    return try rows.onlyRecord()
  }
}
