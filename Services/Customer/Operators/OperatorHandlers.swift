import Contracts
import FoundationEssentials
import Messaging
import Postgres
import Security
import Service

/// Answers how operators get their tokens.
struct OperatorHandlers: Sendable {
  let operators: OperatorStore
  let throttle: LoginThrottle
  let hasher: PasswordHasher
  let keys: TokenKeyBox
  let tokens: OperatorTokens
  let audit: AuditTrail
  let metrics: CustomerMetrics
  let log: Log

  func register(in handlers: inout OperationHandlers) {
    handlers.on(.authenticate, authenticate)
    handlers.on(.refreshToken, refresh)
    handlers.on(.tokenKeys) { _ in OperationReply(body: try keys.published()) }
  }

  private func authenticate(_ request: OperationRequest) async throws -> OperationReply {
    var reader = FieldReader(try request.json())
    let username = reader.string("username", required: true, max: OperatorRules.maxUsername)
    let password = reader.string("password", required: true, max: PasswordHasher.maximumBytes)
    let address = reader.string("address", max: 64)
    try reader.finish()
    guard let username, let password else { throw Self.refused }

    try await throttle.begin(username: username, address: address)
    let found = try await operators.find(username: username)
    guard try await hasher.verify(forRequest: password, against: found?.passwordHash), let found, !found.isDisabled
    else {
      try await noteRefusal(of: found, from: address, request)
      throw Self.refused
    }
    let newHash = found.passwordHash.map(hasher.needsRehash) == true ? try await hasher.hash(forRequest: password) : nil
    // Together: what an administrator changes of them comes before, and is heeded, or after, and ends the token.
    let reply = try await operators.pool.withTransaction { connection -> OperationReply? in
      guard let present = try await operators.noteLogin(found, newHash: newHash, on: connection) else { return nil }
      let entry = AuditEntry(
        request, principal: "operator:\(present.username)", subjectID: String(present.id), result: .done)
      try await audit.record(entry, on: connection)
      return try await tokens.issue(to: present, on: connection)
    }
    guard let reply else {
      try await noteRefusal(of: found, from: address, request)
      throw Self.refused
    }
    try await throttle.succeed(username: username, address: address)
    metrics.logIns.with("ok").increment()
    log.info("log-in", [.field("username", found.username), .traceID(request.traceID)])
    return reply
  }

  private func noteRefusal(
    of found: OperatorRecord?, from address: String?, _ request: OperationRequest
  ) async throws {
    metrics.logIns.with("refused").increment()
    // Whose account it was, never the name given: that may be a password in the wrong field.
    try await audit.record(
      AuditEntry(request, principal: "anonymous", subjectID: found.map { String($0.id) }, result: .refused),
      on: operators.pool)
    log.warning("log-in refused", [.field("username", found?.username ?? ""), .field("address", address ?? "")])
  }

  private func refresh(_ request: OperationRequest) async throws -> OperationReply {
    var reader = FieldReader(try request.json())
    let token = reader.string("refresh_token", required: true, max: 200)
    _ = reader.string("address", max: 64)
    try reader.finish()
    guard let token, let reply = try await renewed(token) else {
      throw Problem(.unauthenticated, "The refresh token is not good; log in again.")
    }
    return reply
  }

  /// What the token's operator, as they are now, gets for it; nil for a token that is not good.
  private func renewed(_ token: String) async throws -> OperationReply? {
    try await operators.pool.withTransaction { connection -> OperationReply? in
      guard let id = try await tokens.refreshTokens.operatorID(of: token, on: connection),
        let found = try await operators.lock(id, on: connection),
        let family = try await tokens.refreshTokens.use(token, on: connection), !found.isDisabled
      else { return nil }
      return try await tokens.issue(to: found, family: family, on: connection)
    }
  }

  private static let refused = Problem(.unauthenticated, "Incorrect username or password")
}
