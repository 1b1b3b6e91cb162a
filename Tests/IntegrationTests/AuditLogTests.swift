import Contracts
import Testing

@testable import Messaging
@testable import Stats

/// The audit log as administrators read it.
struct AuditLogTests {
  private static let principals = ["operator:anna", "api-key:AbCd1234"]
  private static let operations = ["mailout.pause.v1", "customer.create.v1"]

  private static func batch(_ ids: ClosedRange<Int64>, service: ServiceName = .customer) -> AuditBatch {
    AuditBatch(
      service: service,
      records: ids.map { id in
        AuditRecord(
          id: id, at: 1_795_251_600_000_000 + id / 3 * 1_000_000, principal: principals[Int(id % 2)], origin: nil,
          operation: operations[Int(id / 2 % 2)], subjectKind: String(operations[Int(id / 2 % 2)].prefix { $0 != "." }),
          subjectID: String(id % 5), traceID: "t", result: .done)
      })
  }

  private static func pages(_ query: AuditQuery, _ store: AuditLogStore) async throws -> [AuditLogLine] {
    var (query, found) = (query, [AuditLogLine]())
    while true {
      let lines = try await store.list(query)
      found += lines.prefix(query.limit)
      guard lines.count > query.limit, let last = found.last else { return found }
      query.after = AuditQuery.Cursor(at: last.at, id: last.id)
    }
  }

  @Test func everyRecordIsKeptOnceAndFoundByEveryFilter() async throws {
    try await ScratchDatabase.with(StatsMain.database) { pool in
      let store = AuditLogStore(pool: pool)
      try await store.write(Self.batch(1...40))
      // The broker may bring a message twice, or one that overlaps another; another service has ids of its own.
      try await store.write(Self.batch(20...60))
      try await store.write(Self.batch(1...10, service: .sender))
      let all = try await Self.pages(AuditQuery(limit: 7), store)
      #expect(all.count == 70)
      #expect(all == all.sorted { ($0.at, $0.id) > ($1.at, $1.id) })
      var oldestFirst = AuditQuery(limit: 7)
      oldestFirst.isDescending = false
      #expect(try await Self.pages(oldestFirst, store) == all.reversed())
      for principal in [nil] + Self.principals.map(Optional.some) {
        for operation in [nil] + Self.operations.map(Optional.some) {
          for subject in [nil, "mailout", "mailout/3", "customer/3"] {
            var data: [String: JSON] = [:]
            data["principal"] = principal.map(JSON.string)
            data["operation"] = operation.map(JSON.string)
            data["subject"] = subject.map(JSON.string)
            let query = try AuditQuery.read(["filter": .object(data), "limit": 4])
            let expected = all.filter {
              (principal == nil || $0.principal == principal) && (operation == nil || $0.operation == operation)
                && (subject == nil || subject == $0.subjectKind
                  || subject == "\($0.subjectKind)/\($0.subjectID ?? "")")
            }
            #expect(try await Self.pages(query, store) == expected)
          }
        }
      }
    }
  }

  @Test func timesBoundThePart() async throws {
    try await ScratchDatabase.with(StatsMain.database) { pool in
      let store = AuditLogStore(pool: pool)
      try await store.write(Self.batch(1...30))
      let (from, to) = (1_795_251_603_000_000 as Int64, 1_795_251_607_000_000 as Int64)
      let query = try AuditQuery.read([
        "filter": [
          "from": .string(Timestamp.format(Timestamp.date(microseconds: from))),
          "to": .string(Timestamp.format(Timestamp.date(microseconds: to))),
        ]
      ])
      let found = try await store.list(query)
      #expect(found.count == 12)
      #expect(found.allSatisfy { (from..<to).contains($0.at) })
    }
  }

  @Test func isForgottenAfterItsTime() async throws {
    try await ScratchDatabase.with(StatsMain.database) { pool in
      let store = AuditLogStore(pool: pool)
      try await store.write(Self.batch(1...5))
      try await pool.query("update stats.audit_log set at = now() - interval '3 days' where source_id <= 2")
      try await pool.query("update stats.audit_log set at = now() where source_id > 2")
      try await store.purge(olderThan: .seconds(86_400))
      #expect(try await store.list(AuditQuery()).count == 3)
    }
  }

  @Test func commandsOfEveryServiceHaveAPlaceToBeNoted() async throws {
    try await ScratchDatabase.with(StatsMain.database) { pool in
      let entry = AuditEntry(
        principal: "operator:anna", operation: "dead-letter.replay.v1", subjectKind: "dead-letter", subjectID: "9")
      try await AuditTrail(schema: "stats").record(entry, on: pool)
      let count = try await AuditTrail(schema: "stats").drain(limit: 10, on: pool) { records in
        #expect(records.map(\.subjectID) == ["9"])
      }
      #expect(count == 1)
    }
  }
}
