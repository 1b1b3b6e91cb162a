import Contracts
import Foundation
import Messaging

@testable import Customer
@testable import Stats

extension Specimen {
  private static let apiKey = APIKeyRecord(
    id: 4, revision: 2, prefix: "AbCd1234", name: "shop", scopes: ["customers:read", "mappings:write"],
    createdBy: "operator:admin", expiresAt: moment, lastUsedAt: moment, createdAt: moment, updatedAt: moment)

  private static let client = ClientRecord(
    id: 6, revision: 2, clientID: "id_newsletter", secretHash: "", name: "Newsletter", scopes: ["contacts:read"],
    isEnabled: true, createdBy: "operator:admin", lastAccessAt: moment, createdAt: moment, updatedAt: moment)

  private static let application = ApplicationRecord(
    id: 1, revision: 1, slug: "amc", name: "Appsembler Management Console", createdAt: moment, updatedAt: moment)

  private static let auditLine = AuditLogLine(
    id: 77, at: 1_795_251_600_000_000, service: "mailout-scheduler", principal: "operator:anna", origin: "192.0.2.1",
    operation: "mailout.pause.v1", subjectKind: "mailout", subjectID: "17",
    traceID: "4bf92f3577b34da6a3ce929d0e0e4736", result: "done")

  private static let person = OperatorRecord(
    id: 3, revision: 2, username: "anna", passwordHash: nil, role: .operator, isDisabled: false, isExternal: false,
    lastLoginAt: moment, createdAt: moment, updatedAt: moment)

  private static let operators: [Contracts.Operation: Specimen] = [
    .createOperator: Specimen(
      ["username": "anna", "role": "operator", "password": "correct horse battery", "disabled": false],
      reply: person.json
    ) { _ = try OperatorDraft.read($0) },
    .readOperator: .byID(3, reply: person.json),
    .listOperators: Specimen(["filter": [:], "limit": 100], reply: page(person.json)) { _ in },
    .updateOperator: Specimen(["id": 3, "if_match": "2", "changes": ["disabled": true]], reply: person.json) {
      _ = try OperatorDraft.changed(person, by: $0["changes"] ?? .null)
    },
    .deleteOperator: .byID(3, ifMatch: "2", reply: ["id": 3]),
    .beginExternalLogin: Specimen(
      ["address": "192.0.2.1"],
      reply: ["location": "https://id.example.com/a?b=c", "binding": "b", "secure": true, "expires_in": 600]
    ) { _ in },
    .finishExternalLogin: Specimen(
      ["state": "s", "code": "c", "issuer": "https://id.example.com", "binding": "b", "address": "192.0.2.1"],
      reply: ["access_token": "a.b.c", "token_type": "bearer", "expires_in": 1800, "refresh_token": "r"]
    ) { _ in },
  ]

  /// Credentials, and those who have them.
  static func access() -> [Contracts.Operation: Specimen] {
    apiKeys.merging(clients) { first, _ in first }.merging(applications) { first, _ in first }.merging(operators) {
      first, _ in first
    }.merging([
      .noteRefusal: Specimen(["operation": "customer.delete.v1", "subject_id": "42"], reply: [:]) { _ in },
      .listAudit: Specimen(
        [
          "filter": [
            "principal": "operator:anna", "operation": "mailout.pause.v1", "subject": "mailout/17",
            "from": "2026-11-21T00:00:00Z", "to": "2026-11-22T00:00:00Z",
          ], "limit": 100, "after": "1795251600000000.78",
        ], reply: page(auditLine.json)
      ) { _ = try AuditQuery.read($0) },
    ]) { first, _ in first }
  }

  private static let apiKeys: [Contracts.Operation: Specimen] = [
    .createAPIKey: Specimen(
      ["name": "shop", "scopes": ["customers:read"], "expires_at": "2099-01-01T00:00:00Z"],
      reply: apiKey.json.with("key", "AbCd1234.0123456789abcdefghijABCDEFGHIJ01")
    ) { _ = try APIKeyDraft.read($0, now: .now) },
    .readAPIKey: .byID(4, reply: apiKey.json),
    .listAPIKeys: Specimen(["filter": [:], "limit": 100], reply: page(apiKey.json)) { _ in },
    .updateAPIKey: Specimen(["id": 4, "if_match": "2", "changes": ["expires_at": .null]], reply: apiKey.json) {
      _ = try APIKeyDraft.changed(apiKey, by: $0["changes"] ?? .null, now: .now)
    },
    .deleteAPIKey: .byID(4, ifMatch: "2", reply: ["id": 4]),
    .verifyAPIKey: Specimen(
      ["prefix": "AbCd1234", "digest": "3q2-7w", "address": "192.0.2.1"], reply: ["scopes": ["customers:read"]]
    ) { _ in },
  ]

  private static let clients: [Contracts.Operation: Specimen] = [
    .createClient: Specimen(
      ["client_id": "id_newsletter", "name": "Newsletter", "scopes": ["contacts:read"], "enabled": true],
      reply: client.json.with("client_secret", "s")
    ) { _ = try ClientDraft.read($0) },
    .readClient: .byID(6, reply: client.json),
    .listClients: Specimen(["filter": [:], "limit": 100], reply: page(client.json)) { _ in },
    .updateClient: Specimen(["id": 6, "if_match": "2", "changes": ["enabled": false]], reply: client.json) {
      _ = try ClientDraft.changed(client, by: $0["changes"] ?? .null)
    },
    .renewClientSecret: .byID(6, ifMatch: "2", reply: client.json.with("client_secret", "s")),
    .deleteClient: .byID(6, ifMatch: "2", reply: ["id": 6]),
    .authenticateClient: Specimen(
      ["client_id": "id_newsletter", "client_secret": "s", "scope": "contacts:read", "address": "192.0.2.1"],
      reply: ["access_token": "a.b.c", "token_type": "bearer", "expires_in": 3600]
    ) { _ in },
    .clientStanding: Specimen(
      ["client_id": "id_newsletter"], reply: ["enabled": true, "scopes": ["contacts:read"]]
    ) { _ in },
  ]

  private static let applications: [Contracts.Operation: Specimen] = [
    .createApplication: Specimen(["slug": "amc", "name": "Console"], reply: application.json) {
      _ = try ApplicationDraft.read($0)
    },
    .readApplication: .byID(1, reply: application.json),
    .listApplications: Specimen(["filter": [:], "limit": 100], reply: page(application.json)) { _ in },
    .updateApplication: Specimen(["id": 1, "if_match": "1", "changes": ["name": "C"]], reply: application.json) {
      _ = try ApplicationDraft.changed(application, by: $0["changes"] ?? .null)
    },
    .deleteApplication: .byID(1, ifMatch: "1", reply: ["id": 1]),
  ]

  private static func page(_ item: JSON) -> JSON { ["items": [item], "next": .null] }
}

extension JSON {
  /// An object with one member more.
  fileprivate func with(_ name: String, _ value: JSON) -> JSON {
    guard case .object(var members) = self else { return self }
    members[name] = value
    return .object(members)
  }
}
