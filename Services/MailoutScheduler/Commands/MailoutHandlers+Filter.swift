import Contracts
import FoundationEssentials
import Messaging
import Postgres

/// A scheduled mailout's tags and phone codes, one at a time. The filter stores their names; an id is the customer
/// service's, which is asked for its name.
extension MailoutHandlers {
  func registerFilter(in handlers: inout OperationHandlers) {
    handlers.on(.addMailoutTag) { try await add($0, .tag) }
    handlers.on(.removeMailoutTag) { try await remove($0, .tag) }
    handlers.on(.addMailoutPhoneCode) { try await add($0, .phoneCode) }
    handlers.on(.removeMailoutPhoneCode) { try await remove($0, .phoneCode) }
  }

  /// `{"id", "if_match"?, "body": {"tag"}}`; one that is there already stays.
  private func add(_ request: OperationRequest, _ part: FilterPart) async throws -> OperationReply {
    let data = try request.json()
    let id = try data.targetID()
    var reader = FieldReader(data)
    for name in ["id", "if_match", "body"] { _ = reader.value(name) }
    try reader.finish()
    let value = try part.read(data["body"] ?? .null)
    return try await idempotency.once(request, on: pool) { connection in
      try await changeScheduled(id, data, request, on: connection) { draft, _ throws(Problem) in
        try part.add(value, to: &draft.filter)
      }
    }
  }

  /// `{"id", "if_match"?, "tag_id"}`
  private func remove(_ request: OperationRequest, _ part: FilterPart) async throws -> OperationReply {
    let data = try request.json()
    let id = try data.targetID()
    var reader = FieldReader(data)
    for name in ["id", "if_match"] { _ = reader.value(name) }
    let valueID = reader.integer(part.idMember, required: true, in: 1...Int64.max) ?? 0
    try reader.finish()
    let value = try await audience.name(of: part.operation, valueID, member: part.member)
    return try await idempotency.once(request, on: pool) { connection in
      try await changeScheduled(id, data, request, on: connection) { draft, _ throws(Problem) in
        try part.remove(value, from: &draft.filter)
      }
    }
  }

  /// Changes a mailout's draft in its transaction, which only one that has not started allows.
  func changeScheduled(
    _ id: Int64, _ data: JSON, _ request: OperationRequest, on connection: PostgresConnection,
    _ change: @Sendable (inout MailoutDraft, Date) throws(Problem) -> Void
  ) async throws -> OperationReply {
    guard let locked = try await store.find(id, on: connection, forUpdate: true) else {
      throw Problem.notFound("mailout", id)
    }
    try data.checkVersion(locked.etag, of: "mailout")
    try MailoutRules.mayPrepare(locked.status)
    var draft = locked.draft
    try change(&draft, .now)
    guard draft != locked.draft else { return OperationReply(locked.json, etag: locked.etag) }
    guard let mailout = try await store.update(id, to: draft, on: connection) else {
      throw Problem.notFound("mailout", id)
    }
    try await events.tell(.mailoutUpdated, mailout, by: request.principal, on: connection)
    try await store.notify(mailout, on: connection)
    return OperationReply(mailout.json, etag: mailout.etag)
  }
}
