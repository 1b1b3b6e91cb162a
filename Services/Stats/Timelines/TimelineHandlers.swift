import Contracts
import Messaging

/// What happened, in order: to a mailout, a message, a customer.
struct TimelineHandlers: Sendable {
  let store: TimelineStore
  let stats: StatsStore

  func register(in handlers: inout OperationHandlers) {
    handlers.on(.mailoutTimeline) { request in
      try await answer(request, "mailout") { id, after, limit in
        let page = try await store.mailout(id, after: after, limit: limit)
        guard page.entries.isEmpty else { return page }
        return try await stats.mailout(id) == nil ? nil : page
      }
    }
    handlers.on(.customerTimeline) { request in
      try await answer(request, "customer") { id, after, limit in
        let page = try await store.customer(id, after: after, limit: limit)
        return page.entries.isEmpty && after == .start ? nil : page
      }
    }
    handlers.on(.messageTimeline) { request in
      try await answer(request, "message") { id, after, limit in
        try await store.message(id, after: after, limit: limit)
      }
    }
  }

  /// `{"id", "limit"?, "after"?}`. Who has a new thing's id is not told that it does not exist: the news of it may still
  /// be on their way.
  private func answer(
    _ request: OperationRequest, _ what: String,
    _ page: (Int64, TimelineCursor, Int) async throws -> TimelinePage?
  ) async throws -> OperationReply {
    let query = try TimelineQuery.read(try request.json())
    let found = try await Patience.ofReaders.ask { try await page(query.id, query.after, query.limit) }
    guard let found else { throw Problem.notFound(what, query.id) }
    return OperationReply(found.json)
  }
}
