import Contracts
import Messaging
import Postgres

/// What administrators do with records of any kind: read, list, create, change, remove; each change once a key, noted in
/// the audit log, told as an event, and only on the version that the caller has seen.
struct Administration<Record: StoredRecord>: Sendable {
  let pool: PostgresPool
  let idempotency: IdempotencyStore
  let outbox: Outbox
  let store = RecordStore<Record>()

  func read(_ request: OperationRequest) async throws -> OperationReply {
    let id = try request.id()
    guard let record = try await store.find(id, on: pool) else { throw Problem.notFound(Record.noun, id) }
    return OperationReply(record.json, etag: record.etag)
  }

  /// A page in order of id: `{"items", "next"}`.
  func list(_ request: OperationRequest) async throws -> OperationReply {
    let page = try IDPage.read(try request.json(), .ascending)
    return page.reply(try await store.records(of: page, on: pool), id: \.id, json: \.json)
  }

  /// - Parameters:
  ///   - secrets: members of the data of which nothing may be kept.
  ///   - insert: writes the record, and may answer with a secret to be shown this once: a member and its value.
  func create(
    _ request: OperationRequest, secrets: Set<String> = [],
    _ insert: @Sendable (PostgresConnection) async throws -> (record: Record, secret: (name: String, text: String)?)
  ) async throws -> OperationReply {
    try await idempotency.once(request, on: pool, secrets: secrets) { connection in
      let (record, secret) = try await insert(connection)
      try await tell(Record.events.created, record.id, record.revision, request, on: connection)
      return Self.reply(record, telling: secret)
    }
  }

  /// - Parameter write: writes the change over the record, which is locked, and answers with what it is now.
  func change(
    _ request: OperationRequest, secrets: Set<String> = [],
    _ write:
      @Sendable (Record, PostgresConnection) async throws -> (
        record: Record, secret: (name: String, text: String)?
      )
  ) async throws -> OperationReply {
    try await idempotency.once(request, on: pool, secrets: secrets) { connection in
      let (record, secret) = try await write(try await locked(request, on: connection), connection)
      try await tell(Record.events.updated, record.id, record.revision, request, on: connection)
      return Self.reply(record, telling: secret)
    }
  }

  /// - Parameter remove: refuses or does it; nil simply deletes the row.
  func remove(
    _ request: OperationRequest, _ remove: (@Sendable (Record, PostgresConnection) async throws -> Void)? = nil
  ) async throws -> OperationReply {
    try await idempotency.once(request, on: pool) { connection in
      let record = try await locked(request, on: connection)
      if let remove {
        try await remove(record, connection)
      } else {
        try await store.delete(record.id, on: connection)
      }
      try await tell(Record.events.deleted, record.id, record.revision + 1, request, on: connection)
      return OperationReply(["id": .integer(record.id)])
    }
  }

  private func tell(
    _ type: EventType, _ id: Int64, _ revision: Int64, _ request: OperationRequest, on connection: PostgresConnection
  ) async throws {
    try await outbox.tell(type, of: id, revision: revision, by: request.principal, on: connection)
  }

  private func locked(_ request: OperationRequest, on connection: PostgresConnection) async throws -> Record {
    let data = try request.json()
    let id = try data.targetID()
    guard let record = try await store.lock(id, on: connection) else { throw Problem.notFound(Record.noun, id) }
    try data.checkVersion(record.etag, of: Record.noun)
    return record
  }

  /// A repetition under the same key is answered without the secret: nobody could show it again.
  private static func reply(_ record: Record, telling secret: (name: String, text: String)?) -> OperationReply {
    guard let secret, case .object(var members) = record.json else {
      return OperationReply(record.json, etag: record.etag)
    }
    members[secret.name] = .null
    let kept = JSON.object(members).bytes
    members[secret.name] = .string(secret.text)
    return OperationReply(body: JSON.object(members).bytes, etag: record.etag, kept: kept)
  }
}
