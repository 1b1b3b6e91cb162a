import Contracts
import Messaging

/// What administrators ask of the audit log.
struct AuditHandlers: Sendable {
  let store: AuditLogStore

  func register(in handlers: inout OperationHandlers) {
    handlers.on(.listAudit, list)
  }

  @Sendable private func list(_ request: OperationRequest) async throws -> OperationReply {
    let query = try AuditQuery.read(try request.json())
    let lines = try await store.list(query)
    let shown = lines.prefix(query.limit)
    let next = lines.count > query.limit ? shown.last.map { AuditQuery.Cursor(at: $0.at, id: $0.id).text } : nil
    return OperationReply(["items": .array(shown.map(\.json)), "next": next.map(JSON.string) ?? .null])
  }
}
