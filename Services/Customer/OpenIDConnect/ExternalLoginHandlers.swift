import Contracts
import FoundationEssentials
import Messaging
import Postgres
import Security
import Service

/// Answers how operators log in through the provider: where their browser goes, and what its return is worth.
struct ExternalLoginHandlers: Sendable {
  /// nil where none is configured.
  let provider: OpenIDProvider?
  let logins: ExternalLoginStore
  let throttle: LoginThrottle
  let tokens: OperatorTokens
  let outbox: Outbox
  let audit: AuditTrail
  let metrics: CustomerMetrics
  let log: Log

  func register(in handlers: inout OperationHandlers) {
    handlers.on(.beginExternalLogin, begin)
    handlers.on(.finishExternalLogin, finish)
  }

  /// `{"address"?}` → `{"location", "binding", "secure", "expires_in"}`: the binding is for the browser's cookie.
  @Sendable private func begin(_ request: OperationRequest) async throws -> OperationReply {
    var reader = FieldReader(try request.json())
    let address = reader.string("address", max: 64)
    try reader.finish()
    let provider = try configured()
    try await throttle.countBeginning(address: address)
    let login = ExternalLogin()
    let discovery: OpenIDDiscovery
    do {
      discovery = try await provider.discovery()
    } catch {
      log.warning("the identity provider cannot be used", [.field("reason", error.message)])
      throw error.problem
    }
    try await logins.begin(login)
    return OperationReply([
      "location": .string(login.location(discovery, provider.settings)), "binding": .string(login.binding),
      "secure": .bool(provider.settings.redirectURL.lowercased().hasPrefix("https:")),
      "expires_in": .integer(ExternalLogin.lifetimeSeconds),
    ])
  }

  /// `{"state"?, "code"?, "error"?, "issuer"?, "binding"?, "address"?}` → tokens.
  @Sendable private func finish(_ request: OperationRequest) async throws -> OperationReply {
    var reader = FieldReader(try request.json())
    let state = reader.string("state", max: 200)
    let code = reader.string("code", max: 4096)
    let error = reader.string("error", max: 200)
    let issuer = reader.string("issuer", max: 2000)
    let binding = reader.string("binding", max: 200)
    _ = reader.string("address", max: 64)
    try reader.finish()
    let provider = try configured()
    do {
      let held = try await held(state: state, binding: binding)
      if error != nil { throw OpenIDError(.refused, "the provider says no") }
      if let issuer, issuer != provider.settings.issuer { throw OpenIDError(.refused, "another provider answered") }
      guard let code else { throw OpenIDError(.refused, "the provider sent no code") }
      let claims = try await provider.claims(code: code, verifier: held.verifier, nonce: held.nonce)
      let identity = try OpenIDIdentity(claims, provider.settings)
      // The token too: what an administrator changes of them afterwards ends it.
      let (username, reply) = try await logins.pool.withTransaction { connection -> (String, OperationReply) in
        let (record, change) = try await logins.operatorRecord(
          of: identity, issuer: provider.settings.issuer, on: connection)
        if let change {
          try await outbox.tell(
            change, of: record.id, revision: record.revision, by: "operator:\(record.username)", on: connection)
        }
        let entry = AuditEntry(
          request, principal: "operator:\(record.username)", subjectID: String(record.id), result: .done)
        try await audit.record(entry, on: connection)
        return (record.username, try await tokens.issue(to: record, on: connection))
      }
      metrics.logIns.with("ok").increment()
      log.info("log-in through the provider", [.field("username", username), .traceID(request.traceID)])
      return reply
    } catch let error as OpenIDError {
      metrics.logIns.with("refused").increment()
      log.warning("log-in through the provider refused", [.field("reason", error.message), .traceID(request.traceID)])
      try await audit.record(
        AuditEntry(request, principal: "anonymous", subjectID: nil, result: .refused), on: logins.pool)
      throw error.problem
    }
  }

  /// What was kept of the log-in, where this browser began it a short while ago.
  private func held(state: String?, binding: String?) async throws -> ExternalLoginStore.Held {
    guard let state, let held = try await logins.take(state: state) else {
      throw OpenIDError(.refused, "it was begun too long ago, or has been finished already; begin again")
    }
    guard let binding, ConstantTime.equal(SecretDigest.of(binding), held.bindingDigest) else {
      throw OpenIDError(.refused, "it was begun in another browser; begin again")
    }
    return held
  }

  private func configured() throws(Problem) -> OpenIDProvider {
    guard let provider else { throw Problem(.notFound, "No OpenID Connect provider is configured here.") }
    return provider
  }
}
