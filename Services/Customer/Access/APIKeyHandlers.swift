import Contracts
import FoundationEssentials
import Messaging
import Security
import Service

/// Answers what administrators do with API keys, and whether a key that a gateway was shown is good.
struct APIKeyHandlers: Sendable {
  let administration: Administration<APIKeyRecord>
  let throttle: LoginThrottle
  let metrics: CustomerMetrics
  let log: Log
  let store = APIKeyStore()

  func register(in handlers: inout OperationHandlers) {
    handlers.on(.createAPIKey, create)
    handlers.on(.readAPIKey) { try await administration.read($0) }
    handlers.on(.listAPIKeys) { try await administration.list($0) }
    handlers.on(.updateAPIKey, update)
    handlers.on(.deleteAPIKey, revoke)
    handlers.on(.verifyAPIKey, verify)
  }

  @Sendable private func create(_ request: OperationRequest) async throws -> OperationReply {
    let draft = try APIKeyDraft.read(try request.json(), now: .now)
    try ScopeRules.checkGift(draft.scopes, by: request.scopes)
    return try await administration.create(request) { connection in
      let key = APIKey.generate()
      let record = try await store.create(key, draft, by: request.principal, on: connection)
      return (record, (name: "key", text: key.text))
    }
  }

  @Sendable private func update(_ request: OperationRequest) async throws -> OperationReply {
    let changes = try request.json()["changes"] ?? .null
    return try await administration.change(request) { old, connection in
      let draft = try APIKeyDraft.changed(old, by: changes, now: .now)
      try ScopeRules.checkGift(draft.scopes.filter { !old.scopes.contains($0) }, by: request.scopes)
      return (try await store.update(old.id, to: draft, on: connection), nil)
    }
  }

  @Sendable private func revoke(_ request: OperationRequest) async throws -> OperationReply {
    try await administration.remove(request) { try await store.revoke($0.id, on: $1) }
  }

  /// `{"prefix", "digest", "address"?}` → `{"scopes"}`. The key itself stays with the gateway.
  @Sendable private func verify(_ request: OperationRequest) async throws -> OperationReply {
    var reader = FieldReader(try request.json())
    let prefix = reader.string("prefix", required: true, max: 8)
    let text = reader.string("digest", required: true, max: 64)
    let address = reader.string("address", max: 64)
    try reader.finish()
    guard let prefix, let text else { throw Self.refused }

    try await throttle.check(address: address)
    let held = try await store.held(prefix: prefix, on: administration.pool)
    // As long for an unknown prefix as for a known one.
    let isSame = ConstantTime.equal(
      Base64URL.decode(text) ?? [], held?.digest ?? [UInt8](repeating: 0, count: SecretDigest.byteCount))
    guard let held, isSame, held.isUsable else {
      try await throttle.noteFailure(address: address)
      metrics.keyChecks.with("refused").increment()
      log.warning("API key refused", [.field("prefix", prefix), .field("address", address ?? "")])
      throw Self.refused
    }
    try await store.noteUse(prefix: prefix, on: administration.pool)
    metrics.keyChecks.with("ok").increment()
    return OperationReply(["scopes": .array(held.scopes.map(JSON.string))])
  }

  private static let refused = Problem(.unauthenticated, "The API key is not good.")
}
