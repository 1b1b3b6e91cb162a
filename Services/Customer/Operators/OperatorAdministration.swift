import Contracts
import Messaging
import Postgres
import Security

/// Answers what administrators do with operators.
struct OperatorAdministration: Sendable {
  /// What of the data must be kept nowhere.
  private static let secrets: Set<String> = ["password"]

  let administration: Administration<OperatorRecord>
  let operators: OperatorStore
  let hasher: PasswordHasher

  func register(in handlers: inout OperationHandlers) {
    handlers.on(.createOperator, create)
    handlers.on(.readOperator) { try await administration.read($0) }
    handlers.on(.listOperators) { try await administration.list($0) }
    handlers.on(.updateOperator, update)
    handlers.on(.deleteOperator, delete)
  }

  @Sendable private func create(_ request: OperationRequest) async throws -> OperationReply {
    let draft = try OperatorDraft.read(try request.json())
    try ScopeRules.checkGift(draft.role.scopes, by: request.scopes)
    let hash = try await hasher.hash(forRequest: draft.password ?? "")
    return try await administration.create(request, secrets: Self.secrets) { connection in
      (try await operators.create(draft, passwordHash: hash, on: connection), nil)
    }
  }

  @Sendable private func update(_ request: OperationRequest) async throws -> OperationReply {
    let changes = try request.json()["changes"] ?? .null
    var hash: String?
    if case .string(let password)? = changes["password"], password.utf8.count <= PasswordHasher.maximumBytes {
      // Before the transaction: it takes a while.
      hash = try await hasher.hash(forRequest: password)
    }
    return try await administration.change(request, secrets: Self.secrets) { [hash] old, connection in
      let draft = try OperatorDraft.changed(old, by: changes)
      // Whoever sets a password can be that operator.
      let given = draft.password == nil ? draft.role.scopes.filter { !old.role.scopes.contains($0) } : draft.role.scopes
      try ScopeRules.checkGift(given, by: request.scopes)
      if old.isActiveAdmin && (draft.role != .admin || draft.isDisabled) {
        try await checkAnotherAdmin(than: old, on: connection)
      }
      if draft.role != old.role || draft.password != nil || draft.isDisabled {
        try await operators.endLogIns(of: old.id, on: connection)
      }
      return (try await operators.update(old.id, to: draft, passwordHash: hash, on: connection), nil)
    }
  }

  @Sendable private func delete(_ request: OperationRequest) async throws -> OperationReply {
    try await administration.remove(request) { record, connection in
      if record.isActiveAdmin { try await checkAnotherAdmin(than: record, on: connection) }
      try await administration.store.delete(record.id, on: connection)
    }
  }

  private func checkAnotherAdmin(than record: OperatorRecord, on connection: PostgresConnection) async throws {
    guard try await operators.isThereAnotherAdmin(than: record.id, on: connection) else {
      throw Problem(.conflict, "\(record.username) is the last admin who can log in.")
    }
  }
}
