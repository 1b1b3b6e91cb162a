import Contracts
import Foundation
import Messaging
import Postgres
import TestSupport
import Testing

@testable import Sender

/// Leads name a person as their source does.
struct SenderErasureTests {
  private static let person = Person(
    customerID: 5, phones: ["33612345678"], nationalPhones: ["612345678"], emails: ["rosalind@example.com"])

  private static func order(at date: Date = .now.addingTimeInterval(60)) -> ErasureOrder {
    ErasureOrder(person: person, orderedAt: Timestamp.microseconds(date), erasureID: 7)
  }

  private static func keep(_ bench: LeadBench, _ lead: String, _ told: [String: JSON]) async throws {
    let request = LeadBench.request(.sendLead, ["lead_id": .string(lead)], key: nil)
    guard case .granted(let call) = try await bench.store.begin(lead, for: request, key: "key-\(lead)") else { return }
    let result = LeadResult(.success, ["request_details": .object(told)])
    try await bench.store.finish(call, result, leadID: lead, buyer: "b", for: request)
  }

  @Test func leadsAreFoundHoweverThePhoneIsWritten() async throws {
    try await LeadBench.with { bench in
      let store = PersonStore(pool: bench.pool, idempotency: IdempotencyStore(schema: "sender"))
      let theirs: [String: JSON] = [
        "e164": "33612345678", "plus": "+33 6 12 34 56 78", "national": "06 12 34 56 78", "dots": "06.12.34.56.78",
        "tight": "0612345678", "brackets": "+33 (0)6-12-34-56-78", "mail": "Rosalind@Example.com",
        "number": 612_345_678,
      ]
      let others: [String: JSON] = [
        "longer": "0612345678901", "before": "99612345678", "other": "06 12 34 56 79", "mail": "prosalind@example.com",
        "place": "rosalind@example.community",
      ]
      for (name, value) in theirs { try await Self.keep(bench, "their-\(name)", ["value": value]) }
      for (name, value) in others { try await Self.keep(bench, "other-\(name)", ["value": value]) }
      try await Self.keep(bench, "lead-0612345678", ["value": "x"])

      let shown = try await store.leads(of: Self.person).compactMap { lead in
        if case .string(let id)? = lead["lead_id"] { id } else { nil }
      }
      #expect(Set(shown) == Set(theirs.keys.map { "their-\($0)" } + ["lead-0612345678"]))

      let first = try await store.erase(Self.order())
      // The line of the one with a phone for an id is on its way to statistics.
      #expect(first.left == ["audit": 1] && first.erased["leads"] == theirs.count + 1, "\(first)")
      try await bench.pool.query("delete from sender.audit")
      #expect(try await store.erase(Self.order()).isDone)
      #expect(try await store.leads(of: Self.person).isEmpty)
      #expect(try await store.erase(Self.order()).erased == [:])
      // The others' are as they were, and nothing is sent a second time.
      #expect(try await bench.store.status("other-other", mode: "send")?.outcome == .success)
      let request = LeadBench.request(.sendLead, ["lead_id": "their-mail"], key: nil)
      guard case .known(let result) = try await bench.store.begin("their-mail", for: request, key: "key-their-mail")
      else {
        Issue.record("it would be sent again")
        return
      }
      #expect(result.outcome == .success)
    }
  }

  /// A call ends while the others' answers are emptied.
  @Test func aCallThatEndsInBetweenIsLookedForOnceMore() async throws {
    try await LeadBench.with { bench in
      let store = PersonStore(pool: bench.pool, idempotency: IdempotencyStore(schema: "sender"))
      try await Self.keep(bench, "earlier", ["mail": "rosalind@example.com"])
      let request = LeadBench.request(.sendLead, ["lead_id": "l"], key: nil)
      guard case .granted = try await bench.store.begin("l", for: request, key: "k") else { return }
      try await bench.pool.query(
        """
        create function public.ends() returns trigger language plpgsql as $$ begin
          update sender.lead_call set finished_at = now(), outcome = 'success', answer = 'rosalind@example.com'
          where lead_id = 'l' and finished_at is null;
          return null;
        end $$
        """)
      try await bench.pool.query(
        """
        create trigger ends after update on sender.lead_call for each statement when (pg_trigger_depth() = 0)
        execute function public.ends()
        """)
      #expect(try await store.erase(Self.order()).left == ["leads_under_way": 1])
      #expect(try await store.erase(Self.order()).isDone)
      let left = try await bench.pool.query(
        "select from sender.lead_call where position('rosalind' in encode(answer, 'escape')) > 0")
      #expect(left.isEmpty)
    }
  }

  @Test func aCallUnderWayIsWaitedFor() async throws {
    try await LeadBench.with { bench in
      let store = PersonStore(pool: bench.pool, idempotency: IdempotencyStore(schema: "sender"))
      let request = LeadBench.request(.sendLead, ["lead_id": "l"], key: nil)
      guard case .granted(let call) = try await bench.store.begin("l", for: request, key: "k") else { return }
      #expect(try await store.erase(Self.order()).left == ["leads_under_way": 1])
      // One that began after the order is a new one.
      #expect(try await store.erase(Self.order(at: .now.addingTimeInterval(-3600))).isDone)
      let result = LeadResult(.success, ["request_details": ["mail": "rosalind@example.com"]])
      try await bench.store.finish(call, result, leadID: "l", buyer: "b", for: request)
      let report = try await store.erase(Self.order())
      #expect(report.isDone && report.erased == ["leads": 1])
      #expect(try await DatabaseScan.find(["rosalind@example.com"], on: bench.pool) == [])
    }
  }
}
