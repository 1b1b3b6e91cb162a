import Contracts
import Messaging
import Postgres

/// The administrators' commands and queries about buyers.
struct BuyerHandlers: Sendable {
  /// Members of which nothing may be kept.
  private static let secrets: Set<String> = ["password"]

  let pool: PostgresPool
  let store: BuyerStore
  let idempotency: IdempotencyStore

  func register(in handlers: inout OperationHandlers) {
    handlers.on(.createBuyer, create)
    handlers.on(.readBuyer, read)
    handlers.on(.listBuyers, list)
    handlers.on(.replaceBuyer) { request in
      try await change(request) { present, data throws(Problem) in
        try BuyerDraft.read(data["body"] ?? .null, present: present)
      }
    }
    handlers.on(.updateBuyer) { request in
      try await change(request) { present, data throws(Problem) in
        try BuyerDraft.changed(present, by: data["changes"] ?? .null)
      }
    }
    handlers.on(.deleteBuyer, delete)
  }

  @Sendable private func create(_ request: OperationRequest) async throws -> OperationReply {
    let draft = try BuyerDraft.read(try request.json())
    return try await idempotency.once(request, on: pool, secrets: Self.secrets) { connection in
      Self.reply(try await store.insert(draft, on: connection))
    }
  }

  @Sendable private func read(_ request: OperationRequest) async throws -> OperationReply {
    let id = try request.id()
    guard let buyer = try await store.find(id) else { throw Problem.notFound("buyer", id) }
    return Self.reply(buyer)
  }

  @Sendable private func list(_ request: OperationRequest) async throws -> OperationReply {
    let page = try IDPage.read(try request.json(), .ascending)
    return page.reply(of: try await store.all(), id: \.id, json: \.json)
  }

  /// Replace (PUT: every field anew, but a password that is left out stays) or update (PATCH: those given).
  private func change(
    _ request: OperationRequest, _ draft: @escaping @Sendable (Buyer, JSON) throws(Problem) -> BuyerDraft
  ) async throws -> OperationReply {
    let data = try request.json()
    let id = try data.targetID()
    return try await idempotency.once(request, on: pool, secrets: Self.secrets) { connection in
      guard let present = try await store.find(id, on: connection, forUpdate: true) else {
        throw Problem.notFound("buyer", id)
      }
      try data.checkVersion(present.etag, of: "buyer")
      return Self.reply(try await store.update(id, to: try draft(present, data), on: connection))
    }
  }

  @Sendable private func delete(_ request: OperationRequest) async throws -> OperationReply {
    let data = try request.json()
    let id = try data.targetID()
    return try await idempotency.once(request, on: pool) { connection in
      guard let buyer = try await store.find(id, on: connection, forUpdate: true) else {
        throw Problem.notFound("buyer", id)
      }
      try data.checkVersion(buyer.etag, of: "buyer")
      try await store.delete(buyer, on: connection)
      return OperationReply(.null)
    }
  }

  private static func reply(_ buyer: Buyer) -> OperationReply { OperationReply(buyer.json, etag: buyer.etag) }
}
