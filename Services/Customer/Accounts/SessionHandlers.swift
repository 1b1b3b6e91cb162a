import Contracts
import FoundationEssentials
import Messaging
import Postgres
import Security
import Service

/// Answers how customers log in, stay logged in, and log out.
struct SessionHandlers: Sendable {
  let pool: PostgresPool
  let throttle: LoginThrottle
  let hasher: PasswordHasher
  let keys: TokenKeyBox
  let audit: AuditTrail
  let metrics: CustomerMetrics
  let log: Log
  let accounts = AccountStore()
  let sessions = SessionStore()

  func register(in handlers: inout OperationHandlers) {
    handlers.on(.logIn, logIn)
    handlers.on(.refreshSession, refresh)
    handlers.on(.logOut, logOut)
    handlers.on(.sessionStanding, standing)
  }

  /// `{"email", "password"}` → `{"email", "language"}` and tokens.
  @Sendable private func logIn(_ request: OperationRequest) async throws -> OperationReply {
    var reader = FieldReader(try request.json())
    let email = reader.string("email", required: true, max: 320)
    let password = reader.string("password", required: true, max: PasswordHasher.maximumBytes)
    try reader.finish()
    guard let email, let password else { throw Problem(.malformed, "The data is not whole.") }
    let account = try await checked(email, password, request)
    let newHash = hasher.needsRehash(account.passwordHash) ? try await hasher.hash(forRequest: password) : nil
    let session = try await pool.withTransaction { connection in
      guard try await accounts.noteLogin(account, newHash: newHash, on: connection) else { throw Self.refused(email) }
      try await note(request, of: account.customerID, .done, on: connection)
      return try await sessions.begin(of: account.customerID, on: connection)
    }
    metrics.customerLogIns.with("ok").increment()
    log.info("log-in of a customer", [.customerID(account.customerID), .traceID(request.traceID)])
    return try reply(account, session)
  }

  /// Counts the try, and looks at the password.
  func checked(_ email: String, _ password: String, _ request: OperationRequest) async throws -> AccountRecord {
    let subject = AccountRules.subject(email)
    try await throttle.begin(username: subject, address: AccountRules.place(request.origin))
    let found = try await accounts.find(email: email, on: pool)
    guard let found, try await hasher.verify(forRequest: password, against: found.passwordHash) else {
      metrics.customerLogIns.with("refused").increment()
      log.warning(
        "log-in of a customer refused",
        [.field("known", found == nil ? "no" : "yes"), .field("address", request.origin ?? "")]
          + (found.map { [.customerID($0.customerID)] } ?? []))
      try await pool.withTransaction { try await note(request, of: found?.customerID, .refused, on: $0) }
      // As the interface has always told them apart; whoever signs up hears the same.
      throw found == nil ? Problem(.notFound, "\(email) not found") : Self.refused(email)
    }
    try await throttle.succeed(username: subject, address: AccountRules.place(request.origin))
    return found
  }

  /// `{"refresh_token"}` → as a log-in.
  @Sendable private func refresh(_ request: OperationRequest) async throws -> OperationReply {
    let token = try Self.token(request)
    let renewed = try await pool.withTransaction { connection -> (AccountRecord, SessionStore.Renewable)? in
      guard let session = try await sessions.renew(token, on: connection),
        let account = try await accounts.find(customerID: session.customerID, on: connection)
      else { return nil }
      return (account, session)
    }
    if let (account, session) = renewed { return try reply(account, session) }
    // The broker's second copy of a request may be one that was answered: nobody else has its token.
    if request.isRedelivered {
      throw Problem(.unavailable, "It cannot be told whether the session was renewed; log in again.")
    }
    // A second use means that somebody has a copy: then nobody keeps the session.
    try await pool.withTransaction { connection in
      guard let id = try await sessions.end(of: token, ifUsed: true, on: connection) else { return }
      log.warning("a refresh token came a second time: its session is ended", [.customerID(id)])
      try await note(request, of: id, .refused, on: connection)
    }
    throw Problem(.unauthenticated, "The refresh token is not good; log in again.")
  }

  /// `{"refresh_token"}` → `{}`, whether there was a session or not (RFC 7009, 2.2).
  @Sendable private func logOut(_ request: OperationRequest) async throws -> OperationReply {
    let token = try Self.token(request)
    try await pool.withTransaction { connection in
      guard let id = try await sessions.end(of: token, on: connection) else { return }
      try await note(request, of: id, .done, on: connection)
    }
    return OperationReply([:])
  }

  /// `{"session"}` → `{"enabled", "scopes"}`, or not found where it has ended.
  @Sendable private func standing(_ request: OperationRequest) async throws -> OperationReply {
    var reader = FieldReader(try request.json())
    let text = reader.string("session", required: true, max: 64)
    try reader.finish()
    guard let id = text.flatMap({ UUID(uuidString: $0) }), try await sessions.goesOn(id, on: pool) else {
      throw Problem(.notFound, "The session has ended.")
    }
    return OperationReply(["enabled": true, "scopes": .array(ProfileOwner.scopes.map(JSON.string))])
  }

  private func reply(_ account: AccountRecord, _ session: SessionStore.Renewable) throws -> OperationReply {
    let owner = ProfileOwner(uuid: account.uuid)
    let access = try keys.issuer.token(
      subject: owner.principal, scopes: ProfileOwner.scopes, lifetime: TokenIssuer.lifetimeSeconds,
      session: session.sessionID)
    return OperationReply([
      "email": .string(account.email), "language": .string(account.language ?? "No Language Added"),
      "access_token": .string(access), "token_type": "bearer",
      "expires_in": .integer(TokenIssuer.lifetimeSeconds), "refresh_token": .string(session.token),
    ])
  }

  func note(
    _ request: OperationRequest, of customerID: Int64?, _ result: AuditRecord.Result,
    on connection: PostgresConnection
  ) async throws {
    let entry = AuditEntry(request, principal: "anonymous", subjectID: customerID.map(String.init), result: result)
    try await audit.record(entry, on: connection)
  }

  private static func token(_ request: OperationRequest) throws -> String {
    var reader = FieldReader(try request.json())
    let token = reader.string("refresh_token", required: true, max: 200)
    try reader.finish()
    guard let token else { throw Problem(.malformed, "The data has no refresh_token.") }
    return token
  }

  private static func refused(_ email: String) -> Problem { Problem(.unauthenticated, "\(email) failed to log in") }
}
