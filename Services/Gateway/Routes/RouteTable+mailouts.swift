import Contracts

extension RouteTable {
  static let mailouts: [Route] = [
    Route(.post, "/api/mailouts", .scope("mailouts:write"), .createMailout, .body, .created),
    Route(.get, "/api/mailouts", .scope("mailouts:read"), .listMailouts, .list(mailoutFilters), .page),
    Route(.get, "/api/mailouts/{id}", .scope("mailouts:read"), .readMailout, .id),
    Route(.put, "/api/mailouts/{id}", .scope("mailouts:write"), .replaceMailout, .idAndBody(member: "body")),
    Route(.patch, "/api/mailouts/{id}", .scope("mailouts:write"), .updateMailout, .idAndBody(member: "changes")),
    Route(.delete, "/api/mailouts/{id}", .scope("mailouts:write"), .deleteMailout, .id, .nothing),
    Route(.post, "/api/mailouts/{id}/pause", .scope("mailouts:write"), .pauseMailout, .id),
    Route(.post, "/api/mailouts/{id}/resume", .scope("mailouts:write"), .resumeMailout, .id),
    Route(.post, "/api/mailouts/{id}/cancel", .scope("mailouts:write"), .cancelMailout, .id),
    Route(
      .post, "/api/mailouts/{id}/retry-failed", .scope("mailouts:write"), .retryFailed,
      .idAndOptionalBody(member: "order")),
    Route(.get, "/api/mailouts/{id}/stats", .scope("stats:read"), .mailoutStats, .id),
    Route(.get, "/api/mailouts/{id}/audience", .scope("mailouts:read"), .previewAudience, .id),
  ]

  private static let mailoutFilters = ListRule(single: ["name"], several: ["status"])
}
