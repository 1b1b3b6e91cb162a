import Contracts
import Messaging
import Postgres

/// Pause, resume and cancel; and what senders ask when they start.
extension MailoutHandlers {
  func registerControl(in handlers: inout OperationHandlers) {
    handlers.on(.pauseMailout) { request in
      try await turn(request, to: .paused, .mailoutPaused, if: MailoutRules.mayPause)
    }
    handlers.on(.resumeMailout) { request in
      try await turn(request, to: .running, .mailoutResumed, if: MailoutRules.mayResume)
    }
    handlers.on(.cancelMailout) { request in
      try await turn(request, to: .cancelled, .mailoutCancelled, if: MailoutRules.mayCancel)
    }
    handlers.on(.startMailout, start)
    handlers.on(.controlSnapshot) { _ in
      let controls = try await pool.withConnection { try await store.controls(on: $0) }
      return try OperationReply(encoding: ControlSnapshot(mailouts: controls))
    }
  }

  /// `{"id", "if_match"?}`: its `start_at` becomes now.
  @Sendable private func start(_ request: OperationRequest) async throws -> OperationReply {
    let data = try request.json()
    let id = try data.targetID()
    var reader = FieldReader(data)
    for name in ["id", "if_match"] { _ = reader.value(name) }
    try reader.finish()
    return try await idempotency.once(request, on: pool) { connection in
      try await changeScheduled(id, data, request, on: connection) { draft, now throws(Problem) in
        guard draft.endAt > now else { throw Problem(.conflict, "The mailout has ended; give it a new end_at first.") }
        draft.startAt = min(draft.startAt, now)
      }
    }
  }

  /// `{"id", "if_match"?}`; a pause may say why (`reason`).
  private func turn(
    _ request: OperationRequest, to status: MailoutStatus, _ event: EventType,
    if mayTurn: @escaping @Sendable (MailoutStatus) throws(Problem) -> Void
  ) async throws -> OperationReply {
    let data = try request.json()
    let id = try data.targetID()
    var reader = FieldReader(data)
    _ = reader.value("id")
    _ = reader.value("if_match")
    let reason = status == .paused ? reader.string("reason", max: 500) : nil
    try reader.finish()
    return try await idempotency.once(request, on: pool) { connection in
      guard let locked = try await store.find(id, on: connection, forUpdate: true) else {
        throw Problem.notFound("mailout", id)
      }
      try data.checkVersion(locked.etag, of: "mailout")
      try mayTurn(locked.status)
      guard let mailout = try await store.setStatus(id, to: status, reason: reason, on: connection) else {
        throw Problem.notFound("mailout", id)
      }
      try await events.tell(event, mailout, by: request.principal, on: connection)
      try await store.notify(mailout, on: connection)
      return OperationReply(mailout.json, etag: mailout.etag)
    }
  }
}
