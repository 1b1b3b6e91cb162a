import Contracts
import HTTPServer

extension RouteTable {
  /// Who may: keys, clients, applications, and what was done.
  static let access: [Route] =
    administered(
      "/api/api-keys", .createAPIKey, .listAPIKeys, .readAPIKey, .updateAPIKey, .deleteAPIKey)
    + administered("/api/clients", .createClient, .listClients, .readClient, .updateClient, .deleteClient) + [
      Route(.post, "/api/clients/{id}/secret", .scope("admin:write"), .renewClientSecret, .id)
    ]
    + administered(
      "/api/operators", .createOperator, .listOperators, .readOperator, .updateOperator, .deleteOperator)
    + administered(
      "/api/applications", .createApplication, .listApplications, .readApplication, .updateApplication,
      .deleteApplication) + [
      Route(.get, "/api/audit", .scope("admin:read"), .listAudit, .list(auditFilters), .page),
      Route(.get, "/api/me", .authenticated) { call in .json(whoIs(call.caller.principal, call.caller.scopes).bytes) },
    ]

  private static let auditFilters = ListRule(
    single: ["principal", "operation", "subject", "from", "to"])

  /// The five routes of what administrators keep.
  private static func administered(
    _ path: String, _ create: Operation, _ list: Operation, _ read: Operation, _ update: Operation,
    _ delete: Operation
  ) -> [Route] {
    [
      Route(.post, path, .scope("admin:write"), create, .body, .created),
      Route(.get, path, .scope("admin:read"), list, .list(ListRule()), .page),
      Route(.get, "\(path)/{id}", .scope("admin:read"), read, .id),
      Route(.patch, "\(path)/{id}", .scope("admin:write"), update, .idAndBody(member: "changes")),
      Route(.delete, "\(path)/{id}", .scope("admin:write"), delete, .id, .nothing),
    ]
  }

  private static func whoIs(_ principal: String, _ scopes: Set<String>) -> JSON {
    let parts = principal.split(separator: ":", maxSplits: 1).map(String.init)
    return [
      "principal": .string(principal), "kind": .string(parts.first ?? ""), "name": .string(parts.last ?? ""),
      "scopes": .array(scopes.sorted().map(JSON.string)),
    ]
  }
}
