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
    Route(.post, "/api/mailouts/{id}/start", .scope("mailouts:write"), .startMailout, .id),
    Route(
      .post, "/api/mailouts/{id}/test", .scope("mailouts:write"), .testMailout, .idAndBody(member: "body"), .added),
    Route(
      .post, "/api/mailouts/{id}/tags", .scope("mailouts:write"), .addMailoutTag, .idAndBody(member: "body"), .added),
    Route(
      .delete, "/api/mailouts/{id}/tags/{tag_id}", .scope("mailouts:write"), .removeMailoutTag, .idAnd("tag_id")),
    // Removes, as in the interface that other programs speak already; so does the one of phone codes.
    Route(.post, "/api/mailouts/{id}/tags/{tag_id}", .scope("mailouts:write"), .removeMailoutTag, .idAnd("tag_id")),
    Route(
      .post, "/api/mailouts/{id}/phone_codes", .scope("mailouts:write"), .addMailoutPhoneCode,
      .idAndBody(member: "body"), .added),
    Route(
      .delete, "/api/mailouts/{id}/phone_codes/{phone_code_id}", .scope("mailouts:write"), .removeMailoutPhoneCode,
      .idAnd("phone_code_id")),
    Route(
      .post, "/api/mailouts/{id}/phone_codes/{phone_code_id}", .scope("mailouts:write"), .removeMailoutPhoneCode,
      .idAnd("phone_code_id")),
    Route(.get, "/api/mailouts/{id}/timeline", .scope("mailouts:read"), .mailoutTimeline, .idAndPage, .page),
    Route(.get, "/api/mailouts/{id}/stats", .scope("stats:read"), .mailoutStats, .id),
    Route(.get, "/api/mailouts/{id}/audience", .scope("mailouts:read"), .previewAudience, .id),
  ]

  private static let mailoutFilters = ListRule(single: ["name"], several: ["status", "tag", "phone_code"])
}
