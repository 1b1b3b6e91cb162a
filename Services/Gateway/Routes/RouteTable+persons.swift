import Contracts

extension RouteTable {
  /// All that is kept of a person, and its erasure.
  static let persons: [Route] = [
    Route(
      .get, "/api/customers/{id}/personal-data", .scope("personal-data:read"), .personalData, .idAndPage, .page),
    Route(.post, "/api/erasures", .scope("personal-data:write"), .createErasure, .body, .created),
    Route(.get, "/api/erasures", .scope("personal-data:read"), .listErasures, .list(erasureFilters), .page),
    Route(.get, "/api/erasures/{id}", .scope("personal-data:read"), .readErasure, .id),
  ]

  private static let erasureFilters = ListRule(single: ["customer_id", "state"])
}
