import Contracts
import Messaging
import Postgres
import Service

/// Answers the operations on contact groups: what groups there are is data, and an admin's to say.
struct ContactGroupHandlers: Sendable {
  let pool: PostgresPool
  let idempotency: IdempotencyStore
  let outbox: Outbox
  let log: Log
  let store = ContactGroupStore()

  func register(in handlers: inout OperationHandlers) {
    handlers.on(.createContactGroup, create)
    handlers.on(.readContactGroupDefinition, read)
    handlers.on(.listContactGroups, list)
    handlers.on(.updateContactGroup, update)
    handlers.on(.deleteContactGroup, delete)
  }

  private func create(_ request: OperationRequest) async throws -> OperationReply {
    let draft = try ContactGroupDraft.read(try request.json())
    do {
      return try await idempotency.once(request, on: pool) { connection in
        guard let group = try await store.insert(draft, on: connection) else {
          throw Problem(.conflict, "There are \(ContactGroupDraft.maxGroups) contact groups already.")
        }
        try await outbox.tell(
          .contactGroupCreated, of: group.id, revision: group.revision, by: request.principal, on: connection)
        log.info("contact group created", [.field("group", group.name), .traceID(request.traceID)])
        return OperationReply(group.json, etag: group.etag)
      }
    } catch let error as PostgresError where error.constraint == "contact_group_name_key" {
      throw Problem(
        .conflict, "A contact group \(draft.name) exists already.",
        errors: [Problem.Field("/name", "belongs to another contact group")])
    }
  }

  private func read(_ request: OperationRequest) async throws -> OperationReply {
    let id = try request.id()
    guard let group = try await store.find(id, on: pool) else { throw Problem.notFound("contact group", id) }
    return OperationReply(group.json, etag: group.etag)
  }

  private func list(_ request: OperationRequest) async throws -> OperationReply {
    let page = try IDPage.read(try request.json(), .ascending)
    return page.reply(try await store.groups(of: page, on: pool), id: \.id, json: \.json)
  }

  /// The name stays: contacts and programs know the group by it.
  private func update(_ request: OperationRequest) async throws -> OperationReply {
    let data = try request.json()
    let id = try data.targetID()
    return try await idempotency.once(request, on: pool) { connection in
      guard let old = try await store.lock(id, on: connection) else { throw Problem.notFound("contact group", id) }
      try data.checkVersion(old.etag, of: "contact group")
      var reader = FieldReader(data["changes"] ?? .null)
      let fields = ContactGroupDraft.readFields(&reader, of: old.name, required: false) ?? old.fields
      try reader.finish()
      if try await store.isUsed(old.name, on: connection) {
        let faults = old.faults(inReplacing: fields)
        guard faults.isEmpty else {
          throw Problem(.conflict, "Contacts have values of the group \(old.name).", errors: faults)
        }
      }
      guard let new = try await store.update(id, fields: fields, on: connection) else {
        throw Problem.notFound("contact group", id)
      }
      try await outbox.tell(
        .contactGroupUpdated, of: id, revision: new.revision, by: request.principal, on: connection)
      log.info("contact group changed", [.field("group", new.name), .traceID(request.traceID)])
      return OperationReply(new.json, etag: new.etag)
    }
  }

  private func delete(_ request: OperationRequest) async throws -> OperationReply {
    let data = try request.json()
    let id = try data.targetID()
    return try await idempotency.once(request, on: pool) { connection in
      guard let group = try await store.lock(id, on: connection) else { throw Problem.notFound("contact group", id) }
      try data.checkVersion(group.etag, of: "contact group")
      try await store.delete(group, on: connection)
      try await outbox.tell(
        .contactGroupDeleted, of: id, revision: group.revision + 1, by: request.principal, on: connection)
      log.info("contact group deleted", [.field("group", group.name), .traceID(request.traceID)])
      return OperationReply(["id": .integer(id)])
    }
  }
}
