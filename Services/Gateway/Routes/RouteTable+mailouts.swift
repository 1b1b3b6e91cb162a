import Contracts

extension RouteTable {
  static let mailouts: [Route] = [
    Route(.post, "/api/mailouts", .scope("mailouts:write"), .createMailout, .body, .created),
    Route(.get, "/api/mailouts", .scope("mailouts:read"), .listMailouts, .list(mailoutFilters), .page),
    Route(.get, "/api/mailouts/{id}", .scope("mailouts:read"), .readMailout, .id),
    Route(.put, "/api/mailouts/{id}", .scope("mailouts:write"), .replaceMailout, .idAndBody(member: "body")),
    Route(.patch, "/api/mailouts/{id}", .scope("mailouts:write"), .updateMailout, .idAndBody(member: "changes")),
    Route(.delete, "/api/mailouts/{id}", .scope("mailouts:write"), .deleteMailout, .id, .nothing),
    Route(.get, "/api/mailouts/{id}/stats", .scope("stats:read"), .mailoutStats, .id),
    Route(.get, "/api/mailouts/{id}/audience", .scope("mailouts:read"), .previewAudience, .id),
  ]

  private static let mailoutFilters = ListRule(single: ["name"], several: ["status"])
}
