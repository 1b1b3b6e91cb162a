import Contracts
import FoundationEssentials
import Messaging
import Postgres
import Security
import Service

/// Answers what administrators do with clients.
struct ClientHandlers: Sendable {
  let administration: Administration<ClientRecord>
  let hasher: PasswordHasher
  let store = ClientStore()

  func register(in handlers: inout OperationHandlers) {
    handlers.on(.createClient, create)
    handlers.on(.readClient) { try await administration.read($0) }
    handlers.on(.listClients) { try await administration.list($0) }
    handlers.on(.updateClient, update)
    handlers.on(.renewClientSecret, renewSecret)
    handlers.on(.deleteClient) { try await administration.remove($0) }
  }

  @Sendable private func create(_ request: OperationRequest) async throws -> OperationReply {
    let draft = try ClientDraft.read(try request.json())
    try ScopeRules.checkGift(draft.scopes, by: request.scopes)
    let secret = SecureRandom.token()
    let hash = try await hasher.hash(forRequest: secret)
    return try await administration.create(request) { connection in
      let id = draft.clientID ?? "\(ClientDraft.idPrefix)\(SecureRandom.alphanumeric(20))"
      let record = try await store.create(
        draft, clientID: id, secretHash: hash, by: request.principal, on: connection)
      return (record, (name: "client_secret", text: secret))
    }
  }

  @Sendable private func update(_ request: OperationRequest) async throws -> OperationReply {
    let changes = try request.json()["changes"] ?? .null
    return try await administration.change(request) { old, connection in
      let draft = try ClientDraft.changed(old, by: changes)
      try ScopeRules.checkGift(draft.scopes.filter { !old.scopes.contains($0) }, by: request.scopes)
      return (try await store.update(old.id, to: draft, on: connection), nil)
    }
  }

  /// The old secret is good for no further token.
  @Sendable private func renewSecret(_ request: OperationRequest) async throws -> OperationReply {
    let secret = SecureRandom.token()
    let hash = try await hasher.hash(forRequest: secret)
    return try await administration.change(request) { old, connection in
      // Whoever is told the secret can be that client.
      try ScopeRules.checkGift(old.scopes, by: request.scopes)
      return (try await store.setSecret(old.id, hash: hash, on: connection), (name: "client_secret", text: secret))
    }
  }
}

extension PasswordHasher {
  /// - Throws: `Problem` `throttled` where too many wait.
  func hash(forRequest secret: String) async throws -> String {
    do {
      return try await hash(secret)
    } catch  where error.code == .busy {
      throw Self.busy
    }
  }

  /// As `hash(forRequest:)`.
  func verify(forRequest secret: String, against hash: String?) async throws -> Bool {
    do {
      return try await verify(secret, against: hash)
    } catch  where error.code == .busy {
      throw Self.busy
    }
  }

  private static let busy = Problem(.throttled, "Too many log-ins at this moment; try again in a few seconds.")
}
