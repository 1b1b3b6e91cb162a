import Contracts

extension RouteTable {
  static let messages: [Route] = [
    Route(.get, "/api/messages", .scope("messages:read"), .listMessages, .list(messageFilters), .page),
    Route(.get, "/api/messages/stats", .scope("messages:read"), .messageStats, .nothing),
    Route(.get, "/api/messages/{id}", .scope("messages:read"), .readMessage, .id),
  ]

  static let statistics: [Route] = [
    Route(.get, "/api/stats", .scope("stats:read"), .statsSummary, .list(ListRule(sortable: false)), .page),
    Route(.get, "/api/dead-letters", .scope("admin:read"), .listDeadLetters, .list(deadLetterFilters), .page),
    Route(.get, "/api/dead-letters/{id}", .scope("admin:read"), .readDeadLetter, .id),
    Route(.post, "/api/dead-letters/{id}/replay", .scope("admin:write"), .replayDeadLetter, .id),
    Route(.post, "/api/dead-letters/replay", .scope("admin:write"), .replayDeadLetters, .body),
  ]

  private static let messageFilters = ListRule(single: ["mailout_id", "customer_id", "status"])
  private static let deadLetterFilters = ListRule(single: ["queue", "reason"], sortable: false)
}
