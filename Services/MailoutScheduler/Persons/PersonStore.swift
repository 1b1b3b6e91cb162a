import Contracts
import FoundationEssentials
import Messaging
import Postgres

/// A person in what the scheduler keeps: messages that wait, and those that are on their way.
struct PersonStore: Sendable {
  /// The most messages of each kind that are shown.
  static let maxShown: Int64 = 1_000

  let pool: PostgresPool
  let idempotency: IdempotencyStore
  let outcomes: Outbox
  /// How long after an order a part that waits may still be written: a page of customers is issued from memory for 5 s.
  var settling: Duration = .seconds(10)

  /// `{"single_messages", "mailout_messages"}`
  func waiting(of person: Person) async throws -> JSON {
    let singles = try await pool.query(
      """
      select message_id, text, end_at, due_at, attempts, reason, created_by, created_at from mailout.single
      where customer_id = \(person.customerID) or phone = any(\(person.phones)) order by message_id
      limit \(Self.maxShown)
      """
    ).map { row -> JSON in
      [
        "id": .integer(try row[0, as: Int64.self]), "text": .string(try row[1, as: String.self]),
        "end_at": .string(Timestamp.format(try row[2, as: Date.self])),
        "due_at": Self.instant(try row[3, as: Date?.self]),
        "attempts": .integer(Int64(try row[4, as: Int32.self])), "error": Self.text(try row[5, as: String?.self]),
        "created_by": .string(try row[6, as: String.self]),
        "created_at": .string(Timestamp.format(try row[7, as: Date.self])),
      ]
    }
    let others = try await pool.query(
      """
      select message_id, mailout_id, due_at, status, attempts, reason from mailout.waiting
      where customer_id = \(person.customerID) order by message_id limit \(Self.maxShown)
      """
    ).map { row -> JSON in
      [
        "id": .integer(try row[0, as: Int64.self]), "mailout_id": .integer(try row[1, as: Int64.self]),
        "due_at": Self.instant(try row[2, as: Date.self]), "status": .string(try row[3, as: String.self]),
        "attempts": .integer(Int64(try row[4, as: Int32.self])), "error": Self.text(try row[5, as: String?.self]),
      ]
    }
    return ["single_messages": .array(singles), "mailout_messages": .array(others)]
  }

  /// Ends what waits, without a call. What is in a batch ends there: senders know that the customer is gone.
  func erase(_ order: ErasureOrder) async throws -> ErasureReport {
    let person = order.person
    // Before anything is deleted: what is written later is looked for once more.
    let isSettled = Timestamp.date(microseconds: order.orderedAt).addingTimeInterval(settling / .seconds(1)) < .now
    let waiting = try await pool.withTransaction { connection in
      let now = Date.now
      let singles = try await SingleStore.takeWaiting(of: person, on: connection)
      let others = try await WaitingStore.takeWaiting(of: person.customerID, on: connection)
      let ends =
        singles.map { $0.ended(.cancelled, reason: Self.reason, now: now) }
        + others.map { $0.message.ended(.cancelled, of: $0.mailoutID, reason: Self.reason, now: now) }
      try await outcomes.tell(ends, on: connection)
      return ends.count
    }
    return ErasureReport(
      erased: [
        "waiting_messages": waiting, "reached": try await forgetReached(person.customerID),
        "stored_answers": try await idempotency.forget(person, on: pool),
      ],
      left: try await left(of: person).merging(["customers_in_memory": isSettled ? 0 : 1]) { $1 })
  }

  /// That of a customer who is not there any more: as senders say it, and as waiting messages end when they are due.
  private static let reason = "customer_gone"

  /// What is at senders, or on its way to statistics, or was written while the rest was deleted.
  private func left(of person: Person) async throws -> [String: Int] {
    let pattern = PersonPattern(person).members
    let isNamed = { (column: SQL) -> SQL in PersonPattern.matches(column, pattern) }
    let rows = try await pool.query(
      """
      select
        (select count(*) from mailout.single where customer_id = \(person.customerID) or phone = any(\(person.phones))),
        (select count(*) from mailout.batch where \(fragment: isNamed("body"))),
        (select count(*) from mailout.outcome where \(fragment: isNamed("body"))),
        (select count(*) from mailout.waiting where customer_id = \(person.customerID)),
        (with recursive \(fragment: IssueStore.mailoutsThatRemember)
          select count(*) from known join mailout.reached r using (mailout_id) where r.customer_id = \(person.customerID))
      """)
    guard let row = rows.first else { return [:] }
    let (singles, batches, news, waiting, reached) = try row.decode(
      Int64.self, Int64.self, Int64.self, Int64.self, Int64.self)
    return [
      "single_messages": Int(singles), "batches": Int(batches), "news": Int(news), "waiting_messages": Int(waiting),
      "reached": Int(reached),
    ]
  }

  /// Mailouts with local hours remember whom they have reached.
  private func forgetReached(_ customerID: Int64) async throws -> Int {
    try await pool.query(
      """
      with recursive \(fragment: IssueStore.mailoutsThatRemember)
      delete from mailout.reached r using known
      where r.mailout_id = known.mailout_id and r.customer_id = \(customerID)
      """
    ).affected
  }

  private static func instant(_ date: Date?) -> JSON { date.map { .string(Timestamp.format($0)) } ?? .null }
  private static func text(_ text: String?) -> JSON { text.map { .string($0) } ?? .null }
}
