import Contracts
import FoundationEssentials
import Messaging
import Postgres

/// The operators' commands and queries about mailouts.
struct MailoutHandlers: Sendable {
  let pool: PostgresPool
  let store: MailoutStore
  let events: EventFacts
  let idempotency: IdempotencyStore
  let audience: AudienceClient
  let retries: RetryStore
  /// Every provider's name, asking the senders where one of these is not known.
  let providers: @Sendable ([String]) async throws(Problem) -> Set<String>

  func register(in handlers: inout OperationHandlers) {
    handlers.on(.createMailout, create)
    handlers.on(.readMailout, read)
    handlers.on(.listMailouts, list)
    handlers.on(.replaceMailout) { try await change($0, field: "body") }
    handlers.on(.updateMailout) { try await change($0, field: "changes") }
    handlers.on(.deleteMailout, delete)
    handlers.on(.previewAudience, preview)
    handlers.on(.retryFailed, retryFailed)
    registerControl(in: &handlers)
    registerFilter(in: &handlers)
  }

  @Sendable private func create(_ request: OperationRequest) async throws -> OperationReply {
    let body = try request.json()
    let providers = try await providers(MailoutDraft.providerNames(in: body))
    let draft = try MailoutDraft.read(body, now: .now, providers: providers)
    try await audience.checkPlaceholders(of: draft.text)
    return try await idempotency.once(request, on: pool) { connection in
      let mailout = try await store.insert(draft, by: request.principal, on: connection)
      try await events.tell(.mailoutCreated, mailout, by: request.principal, on: connection)
      try await store.notify(mailout, on: connection)
      return OperationReply(mailout.json, etag: mailout.etag)
    }
  }

  @Sendable private func read(_ request: OperationRequest) async throws -> OperationReply {
    let id = try request.id()
    guard let mailout = try await pool.withConnection({ try await store.find(id, on: $0) }) else {
      throw Problem.notFound("mailout", id)
    }
    return OperationReply(mailout.json, etag: mailout.etag)
  }

  @Sendable private func list(_ request: OperationRequest) async throws -> OperationReply {
    let query = try MailoutListQuery.read(try request.json())
    let mailouts = try await pool.withConnection { try await store.list(query, on: $0) }
    return query.page.reply(mailouts, id: \.id, json: \.json)
  }

  /// Replace (PUT: every field anew) or update (PATCH: those given).
  private func change(_ request: OperationRequest, field: String) async throws -> OperationReply {
    let data = try request.json()
    let id = try data.targetID()
    guard let body = data[field] else { throw Problem(.malformed, "The data lacks \(field).") }
    guard let present = try await pool.withConnection({ try await store.find(id, on: $0) }) else {
      throw Problem.notFound("mailout", id)
    }
    let providers = try await providers(MailoutDraft.providerNames(in: body))
    // Of one that is over nothing is asked of the body: that it is over is the answer.
    if present.status != .finished, present.status != .cancelled {
      let draft = try Self.draft(of: present, body: body, isReplacement: field == "body", providers: providers)
      try await audience.checkPlaceholders(of: draft.text)
    }
    return try await idempotency.once(request, on: pool) { connection in
      guard let locked = try await store.find(id, on: connection, forUpdate: true) else {
        throw Problem.notFound("mailout", id)
      }
      try data.checkVersion(locked.etag, of: "mailout")
      try MailoutRules.mayChange(locked.status)
      let draft = try Self.draft(of: locked, body: body, isReplacement: field == "body", providers: providers)
      try MailoutRules.mayChange(locked.status, draft.differences(from: locked.draft))
      guard let mailout = try await store.update(id, to: draft, on: connection) else {
        throw Problem.notFound("mailout", id)
      }
      try await events.tell(.mailoutUpdated, mailout, by: request.principal, on: connection)
      try await store.notify(mailout, on: connection)
      return OperationReply(mailout.json, etag: mailout.etag)
    }
  }

  @Sendable private func delete(_ request: OperationRequest) async throws -> OperationReply {
    let data = try request.json()
    let id = try data.targetID()
    return try await idempotency.once(request, on: pool) { connection in
      guard let mailout = try await store.find(id, on: connection, forUpdate: true) else {
        throw Problem.notFound("mailout", id)
      }
      try data.checkVersion(mailout.etag, of: "mailout")
      try MailoutRules.mayDelete(mailout.status, isDrained: mailout.finishedAt != nil)
      if mailout.status == .scheduled {
        try await events.tell(.mailoutDeleted, mailout, by: request.principal, on: connection)
      }
      try await store.delete(id, on: connection)
      return OperationReply(.null)
    }
  }

  /// How many customers a mailout would reach now, and a few of them with the text they would get.
  @Sendable private func preview(_ request: OperationRequest) async throws -> OperationReply {
    let id = try request.id()
    guard let mailout = try await pool.withConnection({ try await store.find(id, on: $0) }) else {
      throw Problem.notFound("mailout", id)
    }
    let template = try Template(mailout.draft.text)
    async let counted = audience.count(
      AudienceCountQuery(filter: mailout.draft.filter, through: mailout.audienceThrough))
    let sample = try await audience.page(
      AudiencePageQuery(
        filter: mailout.draft.filter, after: 0, through: mailout.audienceThrough ?? .max, limit: 10,
        fields: template.fields))
    let count = try await counted
    return OperationReply([
      "mailout_id": .integer(id), "count": .integer(count.count), "unreachable": .integer(count.unreachable),
      "opted_out": .integer(count.optedOut),
      "sample": .array(
        sample.members.map {
          [
            "customer_id": .integer($0.id), "phone": .string($0.phone),
            "text": .string(template.render($0.fields)),
          ]
        }),
    ])
  }

  private static func draft(
    of mailout: Mailout, body: JSON, isReplacement: Bool, providers: Set<String>
  ) throws -> MailoutDraft {
    isReplacement
      ? try MailoutDraft.read(
        body, now: .now, start: mailout.status == .scheduled ? nil : mailout.draft.startAt, providers: providers)
      : try mailout.draft.changed(by: body, status: mailout.status, now: .now, providers: providers)
  }
}
