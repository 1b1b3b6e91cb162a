import Contracts
import FoundationEssentials
import Messaging
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
      metrics.logIns.with("refused").increment()
      // Whose account it was, never the name given: that may be a password in the wrong field.
      try await audit.record(
        AuditEntry(request, principal: "anonymous", subjectID: found.map { String($0.id) }, result: .refused),
        on: operators.pool)
      log.warning("log-in refused", [.field("username", found?.username ?? ""), .field("address", address ?? "")])
      throw Self.refused
    }
    try await throttle.succeed(username: username, address: address)
    let newHash = found.passwordHash.map(hasher.needsRehash) == true ? try await hasher.hash(forRequest: password) : nil
    try await operators.noteLogin(found.id, newHash: newHash)
    try await audit.record(
      AuditEntry(
        request, principal: "operator:\(found.username)", subjectID: String(found.id), result: .done),
      on: operators.pool)
    metrics.logIns.with("ok").increment()
    log.info("log-in", [.field("username", found.username), .traceID(request.traceID)])
    return try await tokens.issue(to: found)
  }

  private func refresh(_ request: OperationRequest) async throws -> OperationReply {
    var reader = FieldReader(try request.json())
    let token = reader.string("refresh_token", required: true, max: 200)
    _ = reader.string("address", max: 64)
    try reader.finish()
    guard let token, case .good(let id, let family) = try await tokens.refreshTokens.use(token),
      let found = try await operators.find(id: id), !found.isDisabled
    else {
      throw Problem(.unauthenticated, "The refresh token is not good; log in again.")
    }
    return try await tokens.issue(to: found, family: family)
  }

  private static let refused = Problem(.unauthenticated, "Incorrect username or password")
}
