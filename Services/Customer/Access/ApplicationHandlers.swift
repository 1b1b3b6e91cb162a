import Contracts
import Messaging

/// Answers what administrators do with applications.
struct ApplicationHandlers: Sendable {
  let administration: Administration<ApplicationRecord>
  let store = ApplicationStore()

  func register(in handlers: inout OperationHandlers) {
    handlers.on(.createApplication, create)
    handlers.on(.readApplication) { try await administration.read($0) }
    handlers.on(.listApplications) { try await administration.list($0) }
    handlers.on(.updateApplication, update)
    handlers.on(.deleteApplication) { request in
      try await administration.remove(request) { try await store.delete($0, on: $1) }
    }
  }

  @Sendable private func create(_ request: OperationRequest) async throws -> OperationReply {
    let draft = try ApplicationDraft.read(try request.json())
    return try await administration.create(request) { (try await store.create(draft, on: $0), nil) }
  }

  @Sendable private func update(_ request: OperationRequest) async throws -> OperationReply {
    let changes = try request.json()["changes"] ?? .null
    return try await administration.change(request) { old, connection in
      let draft = try ApplicationDraft.changed(old, by: changes)
      return (try await store.update(old.id, to: draft, on: connection), nil)
    }
  }
}
