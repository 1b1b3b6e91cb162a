import Contracts
import FoundationEssentials
import Messaging
import Postgres

/// The administrators' commands and queries about providers, and the schedulers' question for all of them.
struct ProviderHandlers: Sendable {
  let pool: PostgresPool
  let store: ProviderStore
  let idempotency: IdempotencyStore

  func register(in handlers: inout OperationHandlers) {
    handlers.on(.createProvider, create)
    handlers.on(.readProvider, read)
    handlers.on(.listProviders, list)
    handlers.on(.replaceProvider) { try await change($0, field: "body") }
    handlers.on(.updateProvider) { try await change($0, field: "changes") }
    handlers.on(.deleteProvider, delete)
    handlers.on(.setCircuit, setCircuit)
    handlers.on(.providerFacts) { _ in
      try OperationReply(encoding: ProviderFacts(providers: try await store.all().map(\.fact)))
    }
  }

  @Sendable private func create(_ request: OperationRequest) async throws -> OperationReply {
    let draft = try ProviderDraft.read(try request.json())
    return try await idempotency.once(request, on: pool) { connection in
      let provider = try await store.insert(draft, on: connection)
      return OperationReply(provider.json, etag: provider.etag)
    }
  }

  @Sendable private func read(_ request: OperationRequest) async throws -> OperationReply {
    let id = try request.id()
    guard let provider = try await store.find(id) else { throw Problem.notFound("provider", id) }
    return OperationReply(provider.json, etag: provider.etag)
  }

  @Sendable private func list(_ request: OperationRequest) async throws -> OperationReply {
    let page = try IDPage.read(try request.json(), .ascending)
    return page.reply(of: try await store.all(), id: \.id, json: \.json)
  }

  /// Replace (PUT: every field anew, but a bearer that is left out stays) or update (PATCH: those given).
  private func change(_ request: OperationRequest, field: String) async throws -> OperationReply {
    let data = try request.json()
    let id = try data.targetID()
    guard let body = data[field] else { throw Problem(.malformed, "The data lacks \(field).") }
    return try await idempotency.once(request, on: pool) { connection in
      guard let present = try await store.find(id, on: connection, forUpdate: true) else {
        throw Problem.notFound("provider", id)
      }
      try data.checkVersion(present.etag, of: "provider")
      let draft =
        field == "body"
        ? try ProviderDraft.read(body, present: present) : try ProviderDraft.changed(present, by: body)
      let provider = try await store.update(id, to: draft, on: connection)
      return OperationReply(provider.json, etag: provider.etag)
    }
  }

  @Sendable private func delete(_ request: OperationRequest) async throws -> OperationReply {
    let data = try request.json()
    let id = try data.targetID()
    return try await idempotency.once(request, on: pool) { connection in
      guard let provider = try await store.find(id, on: connection, forUpdate: true) else {
        throw Problem.notFound("provider", id)
      }
      try data.checkVersion(provider.etag, of: "provider")
      let claims = try await store.openClaims(of: provider.name, on: connection)
      try ProviderRules.mayDelete(provider, openClaims: claims, now: Timestamp.microseconds(.now))
      try await store.delete(provider, on: connection)
      return OperationReply(.null)
    }
  }

  @Sendable private func setCircuit(_ request: OperationRequest) async throws -> OperationReply {
    let data = try request.json()
    let id = try data.targetID()
    let mode = try ProviderRules.circuitOrder(data["order"] ?? .null)
    return try await idempotency.once(request, on: pool) { connection in
      guard let present = try await store.find(id, on: connection, forUpdate: true) else {
        throw Problem.notFound("provider", id)
      }
      try data.checkVersion(present.etag, of: "provider")
      let moved = try await store.move(id, .order(mode), on: connection)
      let provider = moved?.provider ?? present
      return OperationReply(provider.json, etag: provider.etag)
    }
  }
}
