import Contracts

extension RouteTable {
  static let messages: [Route] = [
    Route(.post, "/api/messages", .scope("messages:write"), .createMessage, .body, .created),
    Route(.get, "/api/messages", .scope("messages:read"), .listMessages, .list(messageFilters), .page),
    Route(
      .get, "/api/messages/stats", .scope("messages:read"), .messageStats,
      .named(ids: [], filters: ["status"])),
    Route(
      .get, "/api/messages/stats/{mailout_id}", .scope("messages:read"), .messageStats,
      .named(ids: ["mailout_id"], filters: ["status"])),
    Route(.get, "/api/messages/{id}", .scope("messages:read"), .readMessage, .id),
    Route(.put, "/api/messages/{id}", .scope("messages:write"), .updateMessage, .idAndBody(member: "body")),
    // Cancelled, and shown as it then is, as in the interface that other programs speak already.
    Route(.delete, "/api/messages/{id}", .scope("messages:write"), .cancelMessage, .id),
    Route(.get, "/api/messages/{id}/timeline", .scope("messages:read"), .messageTimeline, .idAndPage, .page),
    Route(.post, "/api/receipts", .scope("messages:write"), .recordReceipts, .body),
  ]

  static let statistics: [Route] = [
    Route(.get, "/api/stats", .scope("stats:read"), .statsSummary, .list(ListRule()), .page),
    Route(.get, "/api/dead-letters", .scope("admin:read"), .listDeadLetters, .list(deadLetterFilters), .page),
    Route(.get, "/api/dead-letters/{id}", .scope("admin:read"), .readDeadLetter, .id),
    Route(.post, "/api/dead-letters/{id}/replay", .scope("admin:write"), .replayDeadLetter, .id),
    Route(.post, "/api/dead-letters/replay", .scope("admin:write"), .replayDeadLetters, .body),
  ]

  private static let messageFilters = ListRule(single: ["mailout_id", "customer_id", "status"])
  private static let deadLetterFilters = ListRule(single: ["queue", "reason"])
}
