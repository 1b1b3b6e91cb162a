import Contracts
import FoundationEssentials
import Messaging
import Postgres
import Security
import Service

/// Gives clients their tokens (RFC 6749, client credentials), and tells gateways whether one may still use its.
struct ClientTokens: Sendable {
  static let lifetimeSeconds: Int64 = 3600

  let pool: PostgresPool
  let throttle: LoginThrottle
  let hasher: PasswordHasher
  let keys: TokenKeyBox
  let audit: AuditTrail
  let metrics: CustomerMetrics
  let log: Log
  let store = ClientStore()

  func register(in handlers: inout OperationHandlers) {
    handlers.on(.authenticateClient, authenticate)
    handlers.on(.clientStanding, standing)
  }

  /// `{"client_id", "client_secret", "scope"?, "address"?}` → `{"access_token", "token_type", "expires_in"}`.
  @Sendable private func authenticate(_ request: OperationRequest) async throws -> OperationReply {
    var reader = FieldReader(try request.json())
    let clientID = reader.string("client_id", required: true, max: ClientDraft.maxClientID)
    let secret = reader.string("client_secret", required: true, max: PasswordHasher.maximumBytes)
    let scope = reader.string("scope", max: 4096)
    let address = reader.string("address", max: 64)
    try reader.finish()
    guard let clientID, let secret else { throw Self.refused }

    try await throttle.begin(username: Self.account(clientID), address: address)
    let found = try await store.find(clientID: clientID, on: pool)
    guard try await hasher.verify(forRequest: secret, against: found?.secretHash), let found, found.isEnabled else {
      metrics.logIns.with("refused").increment()
      log.warning("client refused", [.field("client_id", found?.clientID ?? ""), .field("address", address ?? "")])
      try await audit.record(
        AuditEntry(request, principal: "anonymous", subjectID: found.map { String($0.id) }, result: .refused), on: pool)
      throw Self.refused
    }
    try await throttle.succeed(username: Self.account(clientID), address: address)
    let newHash = hasher.needsRehash(found.secretHash) ? try await hasher.hash(forRequest: secret) : nil
    try await store.noteAccess(found, newHash: newHash, on: pool)
    metrics.logIns.with("ok").increment()
    let subject = Self.principal(found.clientID)
    try await audit.record(
      AuditEntry(request, principal: subject, subjectID: String(found.id), result: .done), on: pool)
    let token = try keys.issuer.token(
      subject: subject, scopes: Self.granted(found.scopes, asked: scope), lifetime: Self.lifetimeSeconds)
    return OperationReply([
      "access_token": .string(token), "token_type": "bearer", "expires_in": .integer(Self.lifetimeSeconds),
    ])
  }

  /// `{"client_id"}` → `{"enabled", "scopes"}`.
  @Sendable private func standing(_ request: OperationRequest) async throws -> OperationReply {
    var reader = FieldReader(try request.json())
    let clientID = reader.string("client_id", required: true, max: ClientDraft.maxClientID)
    try reader.finish()
    guard let clientID, let found = try await store.find(clientID: clientID, on: pool) else {
      throw Problem(.notFound, "There is no such client.")
    }
    if found.isEnabled { try await store.noteAccess(found, on: pool) }
    return OperationReply(["enabled": .bool(found.isEnabled), "scopes": .array(found.scopes.map(JSON.string))])
  }

  /// What a token's `sub` says, and the log.
  static func principal(_ clientID: String) -> String { "\(OperatorRules.clientNamespace)\(clientID)" }

  /// A client that asks for some of its scopes gets those. Names that mean nothing here do not narrow: programs that
  /// speak this interface already send what they like.
  static func granted(_ scopes: [String], asked: String?) -> [String] {
    let wanted = (asked ?? "").split(separator: " ").map(String.init).filter(Scope.all.contains)
    return wanted.isEmpty ? scopes : scopes.filter(wanted.contains)
  }

  private static func account(_ clientID: String) -> String { "client:\(clientID)" }
  private static let refused = Problem(.unauthenticated, "Incorrect username or password")
}
