import Contracts
import FoundationEssentials
import Messaging
import Postgres

/// Erases a person from statistics. Message rows and every counter stay.
struct PersonErasureStore: Sendable {
  private static let portion: Int64 = 1_000

  let pool: PostgresPool
  let idempotency: IdempotencyStore

  /// The last part of an erasure. The audit log's line of the order comes after all earlier ones of the person: dead
  /// letters and lines are looked through when it is here, and until then it is told to be left.
  func erase(_ order: ErasureOrder) async throws -> ErasureReport {
    let person = order.person
    let isLast = try await isNoted(order)
    var erased = try await eraseMessages(of: person.customerID)
    if isLast {
      erased["dead_letters"] = try await eraseLetters(person)
      erased["audit_lines"] = try await eraseFromAudit(person)
    }
    erased["stored_answers"] = try await idempotency.forget(person, on: pool)
    return ErasureReport(erased: erased, left: isLast ? [:] : ["audit": 1])
  }

  private func isNoted(_ order: ErasureOrder) async throws -> Bool {
    guard let id = order.erasureID else { return true }
    return try await !pool.query(
      """
      select from stats.audit_log
      where subject_kind = 'erasure' and subject_id = \(String(id)) and operation = \(Operation.createErasure.type)
        and result = \(AuditRecord.Result.done.rawValue) and at >= \(Timestamp.date(microseconds: order.orderedAt)) limit 1
      """
    ).isEmpty
  }

  private func eraseMessages(of customerID: Int64) async throws -> [String: Int] {
    try await pool.withTransaction { connection in
      try await ErasedCustomers.add(customerID, on: connection)
      let theirs: SQL = "(select id from stats.message where customer_id = \(customerID))"
      let texts = try await connection.query(
        "delete from stats.message_text where message_id in \(fragment: theirs)"
      ).affected
      // Who changed a text and when stays.
      try await connection.query(
        """
        update stats.happening set data = data - 'text'
        where subject = 'message' and subject_id in \(fragment: theirs) and data ? 'text'
        """)
      let answers = try await connection.query(
        "update stats.attempt set answer = null where message_id in \(fragment: theirs) and answer is not null"
      ).affected
      let messages = try await connection.query(
        "update stats.message set customer_id = 0, provider_message_id = null where customer_id = \(customerID)"
      ).affected
      try await connection.query(
        """
        update stats.happening set principal = \(Self.nobodyOfTheirs)
        where subject = 'customer' and subject_id = \(customerID) and principal like 'customer:%'
        """)
      let lines = try await connection.query(
        """
        delete from stats.happening where subject = 'customer' and subject_id = \(customerID)
          and type not in (\(EventType.customerDeleted.rawValue), \(EventType.customerErased.rawValue))
        """
      ).affected
      let imports = try await connection.query("delete from stats.imported where customer_id = \(customerID)").affected
      return ["messages": messages, "texts": texts, "provider_answers": answers, "timeline_lines": lines + imports]
    }
  }

  /// A letter cannot lose one person: it goes. Whatever messages it carried become final without it.
  private func eraseLetters(_ person: Person) async throws -> Int {
    let pattern = PersonPattern(person)
    let (inBody, loosely, isThem) = (
      PersonPattern.matches("p.body", pattern.exact), PersonPattern.matches("p.body", pattern.loose),
      PersonPattern.matches("p.body", pattern.own)
    )
    let inProperties = PersonPattern.matches(text: "coalesce(p.properties::text, '')", pattern.exact)
    var (last, count) = (Int64(0), 0)
    while true {
      let rows = try await pool.query(
        """
        with portion as materialized (
          select id, type, body, properties from stats.dead_letter where id > \(last) order by id
          limit \(Self.portion)),
        gone as (
          delete from stats.dead_letter l using portion p where l.id = p.id and (
            \(fragment: inBody) or \(fragment: inProperties)
            or (p.type like 'lead.%' and \(fragment: loosely)) or (p.type like 'customer.%' and \(fragment: isThem)))
          returning 1)
        select max(id), (select count(*) from gone) from portion
        """)
      guard let row = rows.first, let id = try row[0, as: Int64?.self] else { return count }
      last = id
      count += Int(try row[1, as: Int64.self])
    }
  }

  /// Lines say who did what to what: where that was the person, they keep what was done and lose who.
  private func eraseFromAudit(_ person: Person) async throws -> Int {
    let names = person.phones + person.emails + [person.uuid].compactMap { $0 }
    // Where they sign up and log in from.
    let origins = try await pool.query(
      """
      update stats.audit_log set origin = null,
        principal = case when principal like 'anonymous:%' then 'anonymous' else principal end
      where \(fragment: PersonAudit.isOfAccount(person)) and \(fragment: PersonAudit.isOwn) and origin is not null
      """)
    let kinds = Set(Operation.all.map { AuditEntry.subjectKind(of: $0.type) }).sorted()
    let subjects = try await pool.query(
      """
      update stats.audit_log set subject_id = \(Self.nobody)
      where subject_kind = any(\(kinds)) and subject_id = any(\(names))
      """)
    // A source may have made a lead's id of a phone.
    let leads = try await pool.query(
      """
      update stats.audit_log set subject_id = \(Self.nobody)
      where subject_kind = 'lead' and \(fragment: PersonPattern.matches(text: "subject_id", PersonPattern(person).loose))
      """)
    let principals = try await pool.query(
      """
      update stats.audit_log set principal = \(Self.nobodyOfTheirs), origin = null
      where principal = any(\((names + ["\(person.customerID)"]).map { "customer:\($0)" }))
      """)
    return origins.affected + subjects.affected + leads.affected + principals.affected
  }

  private static let nobody = "erased"
  /// A customer who did something themselves.
  private static let nobodyOfTheirs = "customer:\(nobody)"
}
