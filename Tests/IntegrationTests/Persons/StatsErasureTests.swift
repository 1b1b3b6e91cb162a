import Contracts
import Foundation
import Messaging
import Postgres
import TestSupport
import Testing

@testable import Stats

/// Statistics lose the person, and no count.
struct StatsErasureTests {
  private static let person = Person(
    customerID: 5, uuid: "1e6e817d-c3d7-432f-ae47-ed75b4744fce", phones: ["79161234567"],
    nationalPhones: ["9161234567"], emails: ["rosalind@example.com"])
  /// One whose line is not waited for.
  private static let order = ErasureOrder(person: person, orderedAt: 1_000_000, erasureID: nil)
  private static let traces = [
    "79161234567", "rosalind@example.com", "Rosalind", "p-secret", "1e6e817d-c3d7-432f-ae47-ed75b4744fce",
  ]

  private struct Office {
    let pool: PostgresPool
    let messages: MessageStore
    let erasing: PersonErasureStore
    let reading: PersonMessagesStore

    init(_ pool: PostgresPool) {
      self.pool = pool
      messages = MessageStore(
        pool: pool, shard: 0, settled: SettledTeller(outbox: Outbox(table: "stats.event", service: .stats)))
      erasing = PersonErasureStore(pool: pool, idempotency: IdempotencyStore(schema: "stats"))
      reading = PersonMessagesStore(pool: pool)
    }

    func number(_ sql: SQL) async throws -> Int64 { try #require(try await pool.query(sql).first)[0, as: Int64.self] }

    func letter(_ type: String, _ body: String) async throws {
      try await DeadLetterStore(pool: pool).insert(
        DeadLetterStore.Letter(
          queue: "q", reason: "r", type: type, body: Array(body.utf8), properties: LetterProperties(json: [:])))
    }
  }

  private static func outcome(
    _ id: Int64, _ status: MessageStatus, customer: Int64 = 5, mailout: Int64 = 1, hop: Int = 0
  ) -> Outcome {
    Outcome(
      messageID: id, mailoutID: mailout, customerID: customer, status: status, hop: hop, attempts: 2, reason: "because",
      providerMessageID: "p-secret-\(id)", at: 1_000_000 + id, latency: 3, answer: "no to 79161234567",
      provider: "default")
  }

  private static func own(_ id: Int64, revision: Int64 = 1) -> (id: Int64, text: OwnText) {
    (id, OwnText(text: "Dear Rosalind", endAt: 9_000_000, revision: revision, by: "operator:anna"))
  }

  private static func write(
    _ office: Office, _ outcomes: [Outcome], new: Bool, texts: [(id: Int64, text: OwnText)] = []
  ) async throws {
    let facts = outcomes.map { MessageFact($0) }
    let attempts = outcomes.compactMap { Attempt($0) }
    try await office.messages.write(
      new: new ? facts : [], others: new ? [] : facts, attempts: attempts, texts: texts)
  }

  private static func line(
    _ id: Int64, _ subject: String, _ principal: String, _ operation: String = "customer.update.v1",
    at: Int64 = 1_000_000
  ) -> AuditRecord {
    AuditRecord(
      id: id, at: at, principal: principal, origin: "10.0.0.1", operation: operation,
      subjectKind: String(operation.prefix { $0 != "." }), subjectID: subject, traceID: "t", result: .done)
  }

  private func with(_ body: @Sendable (Office) async throws -> Void) async throws {
    try await ScratchDatabase.with(StatsMain.database) { try await body(Office($0)) }
  }

  @Test func messagesKeepTheirCountsAndLoseThePerson() async throws {
    try await with { office in
      try await Self.write(office, (1...4).map { Self.outcome($0, .failed) }, new: true)
      try await Self.write(office, [Self.outcome(10, .sent, customer: 6)], new: true)
      try await Self.write(
        office, [Self.outcome(20, .rejected, mailout: 0)], new: false, texts: [Self.own(20, revision: 2)])
      let before = try await StatsStore(pool: office.pool).totals()
      let counters = try await office.number("select sum(n)::bigint from stats.counter")
      #expect(before == ["failed": 4, "sent": 1, "rejected": 1])

      let report = try await office.erasing.erase(Self.order)
      #expect(report.isDone && report.erased["messages"] == 5 && report.erased["texts"] == 1)
      #expect(try await StatsStore(pool: office.pool).totals() == before)
      #expect(try await office.number("select sum(n)::bigint from stats.counter") == counters)
      #expect(try await office.number("select count(*) from stats.message where customer_id = 5") == 0)
      #expect(try await office.number("select count(*) from stats.message where customer_id = 6") == 1)
      #expect(try await office.number("select count(*) from stats.attempt") == 6)
      // Of the other customer everything stays.
      #expect(
        try await office.number("select count(*) from stats.message where provider_message_id is not null") == 1)
      try await office.pool.query("delete from stats.event")
      try await office.pool.query("delete from stats.message where customer_id = 6")
      try await office.pool.query("delete from stats.attempt where message_id = 10")
      #expect(try await DatabaseScan.find(Self.traces, on: office.pool) == [])
      // Again does no harm.
      #expect(try await office.erasing.erase(Self.order).erased == [:])
    }
  }

  /// News that are told by many copies, late, of messages known and not known yet.
  @Test func lateNewsAreCountedAndBringNobodyBack() async throws {
    try await with { office in
      try await Self.write(office, [Self.outcome(1, .retrying)], new: true)
      _ = try await office.erasing.erase(Self.order)
      // Another copy, which has not heard of it yet, and one that has.
      let other = Office(office.pool)
      for copy in [other, office] {
        try await Self.write(copy, [Self.outcome(1, .sent, hop: 1)], new: false)
        try await Self.write(copy, [Self.outcome(2, .queued), Self.outcome(3, .failed, customer: 6)], new: true)
        try await Self.write(copy, [Self.outcome(30, .rejected, mailout: 0)], new: false, texts: [Self.own(30)])
      }
      #expect(try await StatsStore(pool: office.pool).totals() == ["sent": 1, "queued": 1, "failed": 1, "rejected": 1])
      #expect(try await office.number("select count(*) from stats.message where customer_id = 5") == 0)
      #expect(try await office.number("select count(*) from stats.message_text") == 0)
      try await office.pool.query("delete from stats.message where customer_id = 6")
      try await office.pool.query("delete from stats.attempt where message_id = 3")
      try await office.pool.query("delete from stats.event where convert_from(body, 'UTF8') like '%p-secret-3%'")
      #expect(try await DatabaseScan.find(Self.traces, on: office.pool) == [])
    }
  }

  /// Whoever writes while the erasure runs is met by it, or knows of it.
  @Test func writersAtTheSameMomentBringNobodyBack() async throws {
    try await with { office in
      try await Self.write(office, [Self.outcome(1, .failed)], new: true)
      try await withThrowingDiscardingTaskGroup { group in
        for copy in 0..<3 {
          let writer = Office(office.pool)
          group.addTask {
            for number in 0..<40 {
              let id = Int64(100 + copy * 100 + number)
              try await Self.write(writer, [Self.outcome(id, .sent)], new: number % 2 == 0)
            }
          }
        }
        group.addTask { _ = try await office.erasing.erase(Self.order) }
      }
      #expect(try await office.number("select count(*) from stats.message where customer_id = 5") == 0)
      #expect(try await office.number("select count(*) from stats.message") == 121)
      #expect(try await StatsStore(pool: office.pool).totals() == ["failed": 1, "sent": 120])
    }
  }

  @Test func lettersLinesAndAnswersLoseThePerson() async throws {
    try await with { office in
      try await office.letter("mailout.batch.v1", #"{"messages":[{"id":1,"customer_id":5,"phone":"1"}]}"#)
      try await office.letter("mailout.batch.v2", #"{"messages":{"id":[1,2,3],"customer_id":[4,5,6]}}"#)
      try await office.letter("mailout.outcomes.v2", #"{"sent":{"customer_id":[5],"id":[9]}}"#)
      try await office.letter("mailout.batch.v2", #"{"messages":{"id":[4,5,6],"customer_id":[4,55,15]}}"#)
      try await office.letter("customer.update.v1", #"{"data":{"id":5,"changes":{"first_name":"Rosalind"}}}"#)
      try await office.letter("customer.create.v1", #"{"data":{"email":"ROSALIND@example.com"}}"#)
      try await office.letter("lead.send.v1", #"{"phone":"8 (916) 123-45-67"}"#)
      try await office.letter("customer.update.v1", #"{"data":{"id":55,"changes":{"first_name":"Else"}}}"#)
      try await office.letter("x", #"{"phone":"779161234567","email":"prosalind@example.com"}"#)
      try await office.letter("x", "\u{0}\u{FF}nonsense")
      try await AuditLogStore(pool: office.pool).write(
        AuditBatch(
          service: .customer,
          records: [
            Self.line(1, "5", "operator:anna"), Self.line(2, "rosalind@example.com", "anonymous"),
            Self.line(3, "5", "customer:rosalind@example.com"),
            Self.line(4, "5", "anonymous", "account.log-in.v1"),
            Self.line(5, "5", "anonymous:x1y2z3", "account.sign-up.v1"),
            Self.line(6, "5", "operator:anna", "profile.update.v1"),
            Self.line(7, "55", "anonymous", "account.log-in.v1"),
            Self.line(8, "form-8(916)123-45-67", "service:gateway", "lead.send.v1"),
            Self.line(9, "form-79161234568", "service:gateway", "lead.send.v1"),
          ]))
      let report = try await office.erasing.erase(Self.order)
      #expect(report.erased["dead_letters"] == 6)
      #expect(report.erased["audit_lines"] == 5)
      #expect(try await office.number("select count(*) from stats.dead_letter") == 4)
      let lines = try await office.pool.query(
        "select principal, subject_id, origin from stats.audit_log order by source_id"
      ).map { try $0.decode(String.self, String.self, String?.self) }
      #expect(
        lines.map(\.0) == [
          "operator:anna", "anonymous", "customer:erased", "anonymous", "anonymous", "operator:anna", "anonymous",
          "service:gateway", "service:gateway",
        ])
      #expect(lines.map(\.1) == ["5", "erased", "5", "5", "5", "5", "55", "erased", "form-79161234568"])
      let ip = "10.0.0.1"
      #expect(lines.map(\.2) == [ip, ip, nil, nil, nil, ip, ip, ip, ip])
    }
  }

  /// What was done with the person before the order comes out of the customer service before the order itself.
  @Test func lateLinesAndLettersAreWaitedFor() async throws {
    try await with { office in
      let order = ErasureOrder(person: Self.person, orderedAt: 2_000_000, erasureID: 7)
      let log = AuditLogStore(pool: office.pool)
      let create = "erasure.create.v1"
      // Another erasure's, an earlier one's of the same number.
      try await log.write(
        AuditBatch(
          service: .customer,
          records: [
            Self.line(1, "8", "operator:a", create, at: 2_000_000),
            Self.line(2, "7", "operator:a", create, at: 1_999_999),
          ]))
      #expect(try await office.erasing.erase(order).left == ["audit": 1])
      try await office.letter("customer.create.v1", #"{"data":{"email":"rosalind@example.com"}}"#)
      try await log.write(
        AuditBatch(
          service: .customer,
          records: [
            Self.line(3, "79161234567", "operator:a", at: 1_500_000),
            Self.line(4, "7", "operator:a", create, at: 2_000_000),
          ]))
      let report = try await office.erasing.erase(order)
      #expect(report.isDone && report.erased == ["dead_letters": 1, "audit_lines": 1], "\(report)")
      #expect(try await DatabaseScan.find(Self.traces, on: office.pool) == [])
    }
  }

  @Test func whatWasDoneToThemAndByThemIsShown() async throws {
    try await with { office in
      let uuid = Self.person.uuid ?? ""
      try await AuditLogStore(pool: office.pool).write(
        AuditBatch(
          service: .customer,
          records: [
            Self.line(1, "5", "operator:anna"), Self.line(2, "5", "anonymous", "account.log-in.v1"),
            Self.line(3, "5", "operator:anna", "profile.update.v1"),
            Self.line(4, uuid, "operator:anna", "contact.update.v1"),
            Self.line(5, "77", "customer:\(uuid)", "tag.create.v1"),
            Self.line(6, "5", "operator:anna", "tag.create.v1"),
            Self.line(7, "55", "anonymous", "account.log-in.v1"),
          ]))
      let audit = try await office.reading.page(of: Self.person, after: .start, limit: 10).audit
      #expect(
        audit.map { $0["operation"] } == [
          "customer.update.v1", "account.log-in.v1", "profile.update.v1", "contact.update.v1", "tag.create.v1",
        ])
      // Where they came from, not where operators did.
      #expect(audit.map { $0["origin"] } == [.null, "10.0.0.1", .null, .null, "10.0.0.1"])
    }
  }

  @Test func everythingIsShownPageByPage() async throws {
    try await with { office in
      try await Self.write(office, (1...5).map { Self.outcome($0, .failed) }, new: true)
      try await Self.write(office, [Self.outcome(20, .rejected, mailout: 0)], new: false, texts: [Self.own(20)])
      var seen: [JSON] = []
      var cursor: PersonMessagesCursor? = .start
      var pages = 0
      while let after = cursor {
        let page = try await office.reading.page(of: Self.person, after: after, limit: 2)
        seen += page.messages
        pages += 1
        cursor = page.next
      }
      #expect(pages == 3)
      #expect(seen.map { $0["id"] } == [1, 2, 3, 4, 5, 20])
      #expect(seen.last?["text"] == "Dear Rosalind")
      guard case .array(let attempts)? = seen.first?["attempts_made"] else {
        Issue.record("no attempts")
        return
      }
      #expect(attempts.first?["answer"] == "no to 79161234567")
      #expect(PersonMessagesCursor("1.2") == nil && PersonMessagesCursor("-1.0.0") == nil)
    }
  }
}
