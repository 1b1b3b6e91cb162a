import Contracts

@testable import Customer

extension Specimen {
  static let namedRecord = NamedRecord(id: 5, name: "vip", revision: 2, createdAt: moment, updatedAt: moment)

  /// Tags, phone codes and time zones.
  static func directory() -> [Contracts.Operation: Specimen] {
    [
      (NamedKind.tag, NamedHandlers.Operations.tags, "vip"), (.phoneCode, .phoneCodes, "916"),
      (.timezone(zones), .timezones, "Europe/Moscow"),
    ].map { kind, operations, name in named(kind, operations, name) }
      .reduce(into: [:]) { $0.merge($1) { first, _ in first } }
  }

  private static func named(
    _ kind: NamedKind, _ operations: NamedHandlers.Operations, _ name: String
  ) -> [Contracts.Operation: Specimen] {
    var record = namedRecord
    record.name = name
    let (body, reply): (JSON, JSON) = (.object([kind.field: .string(name)]), record.json(kind))
    let list: JSON = ["filter": body, "limit": 100, "sort": .string(kind.field)]
    return [
      operations.create: Specimen(body, reply: reply) { _ = try kind.name(in: $0) },
      operations.read: .byID(5, reply: reply),
      operations.list: Specimen(list, reply: ["items": [reply], "next": "eyJhZnRlciI6NDJ9"]) {
        _ = try NamedQuery.read($0, kind)
      },
      operations.replace: Specimen(["id": 5, "if_match": "2", "body": body], reply: reply) { data in
        let (_, body) = try Target.read(data) { $0.value("body", required: true) }
        _ = try kind.name(in: body ?? nil)
      },
      operations.delete: .byID(5, ifMatch: "2", reply: ["id": 5]),
    ]
  }
}
