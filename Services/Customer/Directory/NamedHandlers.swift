import Contracts
import Messaging
import Postgres
import Service

/// Answers the operations on one kind of named things.
struct NamedHandlers: Sendable {
  struct Operations: Sendable {
    let create: Operation
    let read: Operation
    let list: Operation
    let replace: Operation
    let delete: Operation

    static let tags = Operations(
      create: .createTag, read: .readTag, list: .listTags, replace: .replaceTag, delete: .deleteTag)
    static let phoneCodes = Operations(
      create: .createPhoneCode, read: .readPhoneCode, list: .listPhoneCodes, replace: .replacePhoneCode,
      delete: .deletePhoneCode)
    static let timezones = Operations(
      create: .createTimezone, read: .readTimezone, list: .listTimezones, replace: .replaceTimezone,
      delete: .deleteTimezone)
  }

  let kind: NamedKind
  let pool: PostgresPool
  let idempotency: IdempotencyStore
  let outbox: Outbox
  let log: Log
  /// Nil for tags, which are recorded with the customers who have them.
  let inUse: NamesInUse?
  var store: NamedStore { NamedStore(kind) }

  func register(_ operations: Operations, in handlers: inout OperationHandlers) {
    handlers.on(operations.create, create)
    handlers.on(operations.read, read)
    handlers.on(operations.list, list)
    handlers.on(operations.replace, replace)
    handlers.on(operations.delete, delete)
  }

  /// Creating by value: the one there is already is as good as a new one.
  private func create(_ request: OperationRequest) async throws -> OperationReply {
    let name = try kind.name(in: try request.json())
    return try await idempotency.once(request, on: pool) { connection in
      let (record, isNew) = try await store.create(name, on: connection)
      if isNew {
        try await announce(kind.events.created, record, on: connection)
        if kind.column == nil { try await TagStore().takeOver(names: [name], on: connection) }
      }
      return reply(record)
    }
  }

  private func read(_ request: OperationRequest) async throws -> OperationReply {
    let (target, _) = try Target.read(try request.json()) { _ in }
    guard let record = try await store.read(target.id, on: pool) else { throw Problem.notFound(kind.what, target.id) }
    return reply(record)
  }

  private func list(_ request: OperationRequest) async throws -> OperationReply {
    let query = try NamedQuery.read(try request.json(), kind)
    let records = try await store.page(query, on: pool)
    let next = records.count == query.limit ? records.last.map { query.cursor(after: $0.name, kind) } : nil
    return OperationReply([
      "items": .array(records.map { $0.json(kind) }), "next": next.map(JSON.string) ?? .null,
    ])
  }

  private func replace(_ request: OperationRequest) async throws -> OperationReply {
    let (target, body) = try Target.read(try request.json()) { $0.value("body", required: true) }
    let name = try kind.name(in: body ?? nil)
    return try await idempotency.once(request, on: pool) { connection in
      let old = try await lock(target, on: connection)
      if old.name == name { return reply(old) }
      try await refuseInUse(old, "renamed", on: connection)
      let new: NamedRecord
      do {
        new = try await store.rename(target.id, to: name, on: connection)
      } catch let error as PostgresError where error.sqlState == "23505" {
        throw Problem(
          .conflict, "Another \(kind.what) is called \"\(name)\" already.",
          errors: [Problem.Field("/\(kind.field)", "belongs to another \(kind.what)")])
      }
      if kind.column == nil { try await TagStore().keepFormer(old.name, of: new, on: connection) }
      try await announce(kind.events.updated, new, on: connection)
      await forget(old.name, on: connection)
      return reply(new)
    }
  }

  private func delete(_ request: OperationRequest) async throws -> OperationReply {
    let (target, _) = try Target.read(try request.json()) { _ in }
    return try await idempotency.once(request, on: pool) { connection in
      var record = try await lock(target, on: connection)
      try await refuseInUse(record, "deleted", on: connection)
      try await store.delete(target.id, on: connection)
      record.revision += 1
      try await announce(kind.events.deleted, record, on: connection)
      await forget(record.name, on: connection)
      return OperationReply(["id": .integer(target.id)])
    }
  }

  private func lock(_ target: Target, on connection: PostgresConnection) async throws -> NamedRecord {
    guard let record = try await store.lock(target.id, on: connection) else {
      throw Problem.notFound(kind.what, target.id)
    }
    try target.check(record.etag, of: kind.what)
    return record
  }

  /// What customers hold as a text of theirs cannot change behind their backs.
  private func refuseInUse(_ record: NamedRecord, _ done: String, on connection: PostgresConnection) async throws {
    let count = try await store.uses(of: record.name, on: connection)
    guard count > 0 else { return }
    let who =
      switch count {
      case 1: "One customer has"
      case ...NamedStore.maxCount: "\(count) customers have"
      default: "More than \(NamedStore.maxCount) customers have"
      }
    throw Problem(.conflict, "\(who) the \(kind.what) \(record.name); it cannot be \(done) while anybody has it.")
  }

  private func forget(_ name: String, on connection: PostgresConnection) async {
    await connection.afterCommit { inUse?.forget(name) }
  }

  private func announce(_ type: EventType, _ record: NamedRecord, on connection: PostgresConnection) async throws {
    try await outbox.add(type.rawValue, data: record.fact, on: connection)
    log.info("\(kind.what) changed", [.field("event", type.rawValue), .field("id", record.id)])
  }

  private func reply(_ record: NamedRecord) -> OperationReply {
    OperationReply(record.json(kind), etag: record.etag)
  }
}
