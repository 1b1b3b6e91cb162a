import Contracts
import FoundationEssentials
import Messaging
import Postgres

/// Sending again what failed or was rejected.
extension MailoutHandlers {
  /// `{"id", "if_match"?, "order"?: {"reasons"?, "end_at"?}}`
  @Sendable func retryFailed(_ request: OperationRequest) async throws -> OperationReply {
    let data = try request.json()
    let id = try data.targetID()
    var reader = FieldReader(data)
    for name in ["id", "if_match", "order"] { _ = reader.value(name) }
    try reader.finish()
    let order = try RetryOrder.Request.read(data["order"], now: .now)
    return try await idempotency.once(request, on: pool) { connection in
      guard let locked = try await store.find(id, on: connection, forUpdate: true) else {
        throw Problem.notFound("mailout", id)
      }
      try data.checkVersion(locked.etag, of: "mailout")
      try MailoutRules.mayRetry(locked.status, end: order.endAt ?? locked.draft.endAt, now: .now)
      try MailoutRules.checkRetryEnd(order.endAt, start: locked.draft.startAt, now: .now)
      try await retries.add(order, to: locked, on: connection)
      let type: EventType = locked.status == .finished ? .mailoutResumed : .mailoutUpdated
      guard let mailout = try await events.tell(type, of: id, by: request.principal, on: connection) else {
        throw Problem.notFound("mailout", id)
      }
      try await store.notify(mailout, on: connection)
      return OperationReply(mailout.json, etag: mailout.etag)
    }
  }
}
