import Contracts
import Foundation
import Messaging
import Postgres
import Testing

@testable import Sender

/// Leads name a person as their source does.
struct SenderErasureTests {
  private static let person = Person(
    customerID: 5, phones: ["33612345678"], nationalPhones: ["612345678"], emails: ["rosalind@example.com"])

  private static func order(at date: Date = .now.addingTimeInterval(60)) -> ErasureOrder {
    ErasureOrder(person: person, orderedAt: Timestamp.microseconds(date))
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

      let report = try await store.erase(Self.order())
      #expect(report.isDone && report.erased["leads"] == theirs.count + 1, "\(report)")
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

  @Test func aCallUnderWayIsWaitedFor() async throws {
    try await LeadBench.with { bench in
      let store = PersonStore(pool: bench.pool, idempotency: IdempotencyStore(schema: "sender"))
      let request = LeadBench.request(.sendLead, ["lead_id": "l"], key: nil)
      guard case .granted(let call) = try await bench.store.begin("l", for: request, key: "k") else { return }
      #expect(try await store.erase(Self.order()).left == ["leads_under_way": 1])
      // One that began after the order is a new one.
      #expect(try await store.erase(Self.order(at: .now.addingTimeInterval(-60))).isDone)
      let result = LeadResult(.success, ["request_details": ["mail": "rosalind@example.com"]])
      try await bench.store.finish(call, result, leadID: "l", buyer: "b", for: request)
      let report = try await store.erase(Self.order())
      #expect(report.isDone && report.erased == ["leads": 1])
      #expect(try await DatabaseScan.find(["rosalind@example.com"], on: bench.pool) == [])
    }
  }
}
