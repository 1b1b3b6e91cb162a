import Contracts

extension RouteTable {
  static let providers: [Route] = [
    Route(.post, "/api/providers", .scope("admin:write"), .createProvider, .body, .created),
    Route(.get, "/api/providers", .scope("admin:read"), .listProviders, .list(ListRule()), .page),
    Route(.get, "/api/providers/{id}", .scope("admin:read"), .readProvider, .id),
    Route(.put, "/api/providers/{id}", .scope("admin:write"), .replaceProvider, .idAndBody(member: "body")),
    Route(.patch, "/api/providers/{id}", .scope("admin:write"), .updateProvider, .idAndBody(member: "changes")),
    Route(.delete, "/api/providers/{id}", .scope("admin:write"), .deleteProvider, .id, .nothing),
    Route(.post, "/api/providers/{id}/circuit", .scope("admin:write"), .setCircuit, .idAndBody(member: "order")),
  ]
}
