import Contracts
import FoundationEssentials
import Messaging
import Postgres
import Service

/// Commands about messages that are no mailout's, and about messages that wait.
struct SingleHandlers: Sendable {
  let pool: PostgresPool
  let store: SingleStore
  let mailouts: MailoutStore
  let idempotency: IdempotencyStore
  let audience: AudienceClient
  let stats: StatsClient
  let issuer: Issuer
  let outcomes: Outbox
  let events: Outbox
  /// Every provider's name, asking the senders where one of these is not known.
  let providers: @Sendable ([String]) async throws(Problem) -> Set<String>
  /// Rung when a message waits.
  let bell: Signal
  let log: Log
  let metrics: SchedulerMetrics

  func register(in handlers: inout OperationHandlers) {
    handlers.on(.createMessage, create)
    handlers.on(.updateMessage, update)
    handlers.on(.cancelMessage, cancel)
    handlers.on(.testMailout, test)
  }

  /// `{"customer_id", "text", "end_at"?, "provider"?}`
  @Sendable private func create(_ request: OperationRequest) async throws -> OperationReply {
    let body = try request.json()
    let providers = try await providers(MailoutDraft.providerNames(in: body))
    let draft = try SingleDraft.read(body, now: .now, providers: providers)
    try await audience.checkPlaceholders(of: draft.text)
    try await audience.checkReachable(draft.customerID)
    let id = try await newID()
    return try await idempotency.once(request, on: pool) { connection in
      try await order(
        Single(
          messageID: id, recipient: .customer(draft.customerID), text: draft.text, endAt: draft.endAt,
          provider: draft.provider, createdBy: request.principal, createdAt: .now), request, on: connection)
    }
  }

  /// `{"id", "body": {"phone"}}`: a mailout's text, to a phone, counted nowhere.
  @Sendable private func test(_ request: OperationRequest) async throws -> OperationReply {
    let data = try request.json()
    let (id, body) = try Self.target(data, member: "body")
    let phone = try SingleDraft.phone(body)
    let messageID = try await newID()
    return try await idempotency.once(request, on: pool) { connection in
      guard let mailout = try await mailouts.find(id, on: connection) else { throw Problem.notFound("mailout", id) }
      try data.checkVersion(mailout.etag, of: "mailout")
      let now = Date.now
      return try await order(
        Single(
          messageID: messageID, recipient: .phone(phone), text: mailout.draft.text,
          endAt: SingleDraft.end(after: now, SingleDraft.testPatience), provider: mailout.draft.providers[0],
          createdBy: request.principal, createdAt: now), request, on: connection)
    }
  }

  private func order(
    _ single: Single, _ request: OperationRequest, on connection: PostgresConnection
  ) async throws -> OperationReply {
    try await store.insert(single, on: connection)
    try await outcomes.tell([single.waits(by: request.principal)], on: connection)
    try await events.tell(
      .messageQueued, of: single.messageID, revision: single.revision, by: request.principal, on: connection)
    await connection.afterCommit { [bell, metrics] in
      metrics.messagesIssued.increment()
      bell.raise()
    }
    log.info(
      "single message ordered",
      [.messageID(single.messageID), .customerID(single.customerID ?? 0), .traceID(request.traceID)])
    return OperationReply(single.view(.queued).json, etag: single.etag)
  }

  /// Before the transaction: it may need a connection of its own.
  private func newID() async throws -> Int64 {
    guard let id = try await issuer.ids(1).first else { throw Problem(.internal, "A sequence gave no value.") }
    return id
  }

  /// `{"id", "if_match"?, "body": {"text"}}`
  @Sendable private func update(_ request: OperationRequest) async throws -> OperationReply {
    let data = try request.json()
    let (id, body) = try Self.target(data, member: "body")
    var reader = FieldReader(body)
    let text = MailoutDraft.text(&reader, required: true)
    try reader.finish()
    guard let text else { return OperationReply(.null) }
    try await audience.checkPlaceholders(of: text)
    return try await whileWaiting(id, "changed") {
      try await idempotency.once(request, on: pool) { connection in
        guard var single = try await store.lock(id, on: connection), single.isWaiting else { throw NotWaiting() }
        try MessageVersion.check(data, revision: single.revision)
        try await store.update(id, text: text, on: connection)
        single.text = text
        single.revision += 1
        try await outcomes.tell([single.waits(by: request.principal)], on: connection)
        try await events.tell(.messageUpdated, of: id, revision: single.revision, by: request.principal, on: connection)
        log.info("single message changed", [.messageID(id), .traceID(request.traceID)])
        return OperationReply(single.view(single.hop == 0 ? .queued : .retrying).json, etag: single.etag)
      }
    }
  }

  /// `{"id", "if_match"?}`: any message that waits, a mailout's too.
  @Sendable private func cancel(_ request: OperationRequest) async throws -> OperationReply {
    let data = try request.json()
    let id = try data.targetID()
    var reader = FieldReader(data)
    for name in ["id", "if_match"] { _ = reader.value(name) }
    try reader.finish()
    return try await whileWaiting(id, "cancelled") {
      try await idempotency.once(request, on: pool) { connection in
        let view = try await takeOut(id, data, on: connection)
        log.info("message cancelled", [.messageID(id), .traceID(request.traceID)])
        return OperationReply(view.json)
      }
    }
  }

  private func takeOut(_ id: Int64, _ data: JSON, on connection: PostgresConnection) async throws -> MessageView {
    let now = Date.now
    let outcome: Outcome
    var view: MessageView
    if let single = try await store.lock(id, on: connection) {
      guard single.isWaiting else { throw NotWaiting() }
      try MessageVersion.check(data, revision: single.revision)
      try await store.delete([id], on: connection)
      outcome = single.ended(.cancelled, reason: "cancelled", now: now)
      view = single.view(.cancelled)
    } else {
      guard let (mailoutID, message) = try await WaitingStore.take(id, on: connection) else { throw NotWaiting() }
      try MessageVersion.check(data, revision: 0)
      outcome = message.ended(.cancelled, of: mailoutID, reason: "cancelled", now: now)
      view = MessageView(id: id, mailoutID: mailoutID, customerID: message.customerID, status: .cancelled)
      view.attempts = message.attempts
    }
    view.reason = outcome.reason
    view.finishedAt = outcome.at
    try await outcomes.tell([outcome], on: connection)
    return view
  }

  /// It does not wait (any more): statistics know what it is.
  private struct NotWaiting: Error {}

  /// - Parameter what: "changed".
  private func whileWaiting(
    _ id: Int64, _ what: String, _ body: () async throws -> OperationReply
  ) async throws -> OperationReply {
    do {
      return try await body()
    } catch is NotWaiting {
      let message = try await stats.message(id)
      guard case .string(let text)? = message["status"], let status = MessageStatus(rawValue: text) else {
        throw Problem(.internal, "Statistics answered without a status.")
      }
      if status.isFinal {
        throw Problem(.conflict, "The message is \(status.rawValue); it can no longer be \(what).")
      }
      guard what == "cancelled" || message["mailout_id"] == .null else {
        throw Problem(.conflict, "The message is a mailout's, and so is its text.")
      }
      throw Problem(.conflict, "The message is being sent; it can be \(what) only while it waits.")
    }
  }

  private static func target(_ data: JSON, member: String) throws(Problem) -> (id: Int64, body: JSON) {
    let id = try data.targetID()
    var reader = FieldReader(data)
    for name in ["id", "if_match", member] { _ = reader.value(name) }
    try reader.finish()
    guard let body = data[member] else { throw Problem(.malformed, "The data lacks \(member).") }
    return (id, body)
  }
}
