import Contracts
import Messaging
import Postgres

/// Writes in the audit log what gateways have refused for want of a scope; they keep nothing themselves.
struct RefusalHandlers: Sendable {
  let pool: PostgresPool
  let audit: AuditTrail

  func register(in handlers: inout OperationHandlers) {
    handlers.on(.noteRefusal, note)
  }

  /// `{"operation", "subject_id"?}`, as whom it was refused to.
  @Sendable private func note(_ request: OperationRequest) async throws -> OperationReply {
    var reader = FieldReader(try request.json())
    let operation = reader.string("operation", required: true, max: 100)
    let subjectID = reader.string("subject_id", max: 200)
    try reader.finish()
    guard let operation else { throw Problem(.malformed, "The data lacks operation.") }
    var entry = AuditEntry(request, subjectID: subjectID, result: .refused)
    entry.operation = operation
    entry.subjectKind = AuditEntry.subjectKind(of: operation)
    try await audit.record(entry, on: pool)
    return OperationReply([:])
  }
}
