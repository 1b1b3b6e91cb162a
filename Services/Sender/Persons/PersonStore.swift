import Contracts
import FoundationEssentials
import Messaging
import Postgres

/// A person in what the sender keeps: what came of leads, for a day. Leads name people as their sources do, so they are
/// found by phone and address.
struct PersonStore: Sendable {
  /// The most leads that are shown: the latest.
  static let maxLeads: Int64 = 1_000

  let pool: PostgresPool
  let idempotency: IdempotencyStore

  /// What came of leads that speak of the person, newest first.
  func leads(of person: Person) async throws -> [JSON] {
    try await pool.query(
      """
      select lead_id, mode, buyer, outcome, started_at, answer from sender.lead_call
      where finished_at is not null and \(fragment: Self.speaks(of: person)) order by id desc limit \(Self.maxLeads)
      """
    ).map { row in
      [
        "lead_id": .string(try row[0, as: String.self]), "mode": .string(try row[1, as: String.self]),
        "buyer": try row[2, as: String?.self].map { .string($0) } ?? .null,
        "outcome": .string(try row[3, as: String.self]),
        "started_at": .string(Timestamp.format(try row[4, as: Date.self])),
        "answer": try JSON.parse(try row[5, as: [UInt8].self]),
      ]
    }
  }

  /// Empties the answers. Their rows stay as long as the commands' keys count, so that no lead is sent again.
  func erase(_ order: ErasureOrder) async throws -> ErasureReport {
    let person = order.person
    let loose = PersonPattern(person).loose
    // A call under way writes down what it was told when it ends. Counted first: what ends from here on is told to be left.
    let rows = try await pool.query(
      """
      select
        (select count(*) from sender.lead_call
          where finished_at is null and lease_until > now()
            and started_at <= \(Timestamp.date(microseconds: order.orderedAt))),
        (select count(*) from sender.audit
          where subject_kind = 'lead' and \(fragment: PersonPattern.matches(text: "subject_id", loose)))
      """)
    guard let (calls, lines) = try rows.first?.decode(Int64.self, Int64.self) else { return ErasureReport() }
    let isNamed = PersonPattern.matches(text: "lead_id", loose)
    let answers = try await pool.query(
      """
      update sender.lead_call
      set answer = \(Self.erasedAnswer.bytes),
        lead_id = case when \(fragment: isNamed) then 'erased-' || id else lead_id end
      where finished_at is not null and answer <> \(Self.erasedAnswer.bytes) and \(fragment: Self.speaks(of: person))
      """)
    return ErasureReport(
      erased: [
        "leads": answers.affected,
        "stored_answers": try await idempotency.forget(person, isLoose: true, on: pool),
      ],
      left: ["leads_under_way": Int(calls), "audit": Int(lines)])
  }

  private static let erasedAnswer: JSON = ["Error": "The person this was about has been erased."]

  private static func speaks(of person: Person) -> SQL {
    let pattern = PersonPattern(person).loose
    return """
      (\(fragment: PersonPattern.matches("answer", pattern)) or \(fragment: PersonPattern.matches(text: "lead_id", pattern)))
      """
  }
}
