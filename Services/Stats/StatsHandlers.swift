import Contracts
import FoundationEssentials
import Messaging

/// What statistics answer.
struct StatsHandlers: Sendable {
  let store: StatsStore
  let lists: MessageListStore
  /// How long is waited for a message of which nothing has been heard.
  var patience: Duration = .seconds(1)

  func register(in handlers: inout OperationHandlers) {
    handlers.on(.readMessage, readMessage)
    handlers.on(.listMessages, listMessages)
    handlers.on(.messageStats, messageStats)
    handlers.on(.mailoutStats, mailoutStats)
    handlers.on(.statsSummary, summary)
    handlers.on(.failedMessages, failedMessages)
  }

  @Sendable private func readMessage(_ request: OperationRequest) async throws -> OperationReply {
    let id = try request.id()
    let message = try await Patience.ofReaders.ask(for: patience) { try await store.message(id) }
    guard let (fact, attempts, own) = message else { throw try await unknown(id) }
    let json = fact.view(own).json
    guard case .object(var members) = json else { return OperationReply(json) }
    members["attempts_made"] = .array(attempts.map(\.json))
    let body = JSON.object(members).bytes
    return OperationReply(body: body, etag: MessageVersion.tag(revision: own?.revision ?? 0, shown: body))
  }

  private func unknown(_ id: Int64) async throws -> Problem {
    guard try await store.hasHeard(of: id) else { return .notFound("message", id) }
    return Problem(.unavailable, "The order of message \(id) is still on its way to the statistics; try again.")
  }

  @Sendable private func listMessages(_ request: OperationRequest) async throws -> OperationReply {
    let query = try MessageListQuery.read(try request.json())
    let messages = try await lists.messages(query)
    return query.page.reply(messages, id: \.id, json: \.json)
  }

  @Sendable private func failedMessages(_ request: OperationRequest) async throws -> OperationReply {
    try OperationReply(encoding: try await lists.failed(try request.payload(FailedMessagesQuery.self)))
  }

  @Sendable private func messageStats(_ request: OperationRequest) async throws -> OperationReply {
    let query = try MessageTotalsQuery.read(try request.json())
    if let mailoutID = query.mailoutID, try await known(mailoutID) == nil {
      throw Problem.notFound("mailout", mailoutID)
    }
    let totals = try await store.totals(of: query.mailoutID).filter {
      query.status == nil || $0.key == query.status?.rawValue
    }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    return OperationReply(.array(totals.map { ["status": .string($0.key), "count": .integer($0.value)] }))
  }

  @Sendable private func mailoutStats(_ request: OperationRequest) async throws -> OperationReply {
    let id = try request.id()
    guard let fact = try await known(id) else { throw Problem.notFound("mailout", id) }
    let counters = try await store.counters(of: id)
    return OperationReply(
      MailoutReport(fact: fact, counters: counters, now: Timestamp.microseconds(.now)).json)
  }

  /// A mailout created a moment ago may still be on its way here as an event.
  private func known(_ id: Int64) async throws -> MailoutFact? {
    try await Patience.ofReaders.ask { try await store.mailout(id) }
  }

  @Sendable private func summary(_ request: OperationRequest) async throws -> OperationReply {
    let page = try IDPage.read(try request.json(), .descending)
    async let totals = store.totals()
    let mailouts = try await store.mailouts(of: page)
    let messages = MailoutReport.counts(try await totals)
    return page.reply(mailouts, more: ["messages": messages], items: "mailouts", id: \.fact.id) { fact, counters in
      [
        "mailout_id": .integer(fact.id), "name": .string(fact.name),
        "status": .string(MailoutReport.shownStatus(fact, counters).rawValue),
        "counts": MailoutReport.counts(counters.byStatus),
      ]
    }
  }
}
