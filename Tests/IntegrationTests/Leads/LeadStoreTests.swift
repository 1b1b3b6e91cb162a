import Contracts
import Foundation
import Postgres
import Testing

@testable import Messaging
@testable import Sender

/// No lead is sent twice by itself, whatever dies.
struct LeadStoreTests {
  private static let taken = LeadResult(.success, ["request_details": [:]])

  private static func request(_ lead: String, again: Bool = false) -> OperationRequest {
    LeadBench.request(.sendLead, ["lead_id": .string(lead)], key: nil, isRedelivered: again)
  }

  private static func lapse(_ pool: PostgresPool) async throws {
    try await pool.query("update sender.lead_call set lease_until = now() - interval '1 second'")
  }

  private static func begin(
    _ store: LeadStore, _ lead: String, key: String, again: Bool = false
  ) async throws -> LeadStore.Beginning {
    try await store.begin(lead, for: request(lead, again: again), key: key)
  }

  private static func granted(_ beginning: LeadStore.Beginning) throws -> Int64 {
    guard case .granted(let call) = beginning else { throw NotGranted(beginning: beginning) }
    return call
  }

  private struct NotGranted: Error { let beginning: LeadStore.Beginning }

  @Test func aRedeliveredCommandIsNotSentAgain() async throws {
    try await LeadBench.with { bench in
      let store = bench.store
      let call = try Self.granted(try await Self.begin(store, "l", key: "k"))
      // The copy died in mid-call; the broker gives the command to another.
      #expect(try await Self.begin(store, "l", key: "k", again: true) == .known(LeadStore.interrupted))
      // A repetition by the source, and another for the same lead, by which nobody is called either.
      #expect(try await Self.begin(store, "l", key: "k2") == .underWay)
      #expect(try await store.status("l", mode: "send")?.outcome == .pending)
      // It lived, only its connection was lost.
      try await store.finish(call, Self.taken, leadID: "l", buyer: "b", for: Self.request("l"))
      #expect(try await Self.begin(store, "l", key: "k") == .known(Self.taken))
      #expect(try await store.status("l", mode: "send") == Self.taken)
    }
  }

  @Test func aDeadCopysLeadIsUnknownAndFreeForWhoAsksAnew() async throws {
    try await LeadBench.with { bench in
      let store = bench.store
      _ = try Self.granted(try await Self.begin(store, "l", key: "k"))
      try await Self.lapse(bench.pool)
      #expect(try await store.status("l", mode: "send") == LeadStore.interrupted)
      #expect(try await Self.begin(store, "l", key: "k") == .known(LeadStore.interrupted))
      let again = try Self.granted(try await Self.begin(store, "l", key: "k2"))
      try await store.finish(again, Self.taken, leadID: "l", buyer: "b", for: Self.request("l"))
      #expect(try await store.status("l", mode: "send") == Self.taken)
      #expect(try await Self.begin(store, "l", key: "k") == .known(LeadStore.interrupted))
    }
  }

  @Test func ofManyAtOnceOneIsGranted() async throws {
    try await LeadBench.with { bench in
      let store = bench.store
      let granted = try await withThrowingTaskGroup(of: Bool.self) { group in
        for number in 0..<20 {
          group.addTask { (try? Self.granted(try await Self.begin(store, "l", key: "k\(number)"))) != nil }
        }
        return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
      }
      #expect(granted == 1)
    }
  }

  @Test func aCallThatWasNotMadeIsTakenBack() async throws {
    try await LeadBench.with { bench in
      let call = try Self.granted(try await Self.begin(bench.store, "l", key: "k"))
      try await bench.store.abandon(call)
      _ = try Self.granted(try await Self.begin(bench.store, "l", key: "k"))
    }
  }

  @Test func aKeyStandsForOneLead() async throws {
    try await LeadBench.with { bench in
      try await bench.buyer("a", customer: 1)
      let lead = LeadBench.lead("l-1", customer: 1)
      let first = try await bench.send(lead, key: "k")
      #expect(try await bench.send(lead, key: "k") == first)
      #expect(try await bench.seen("a")["calls"] == 1)
      #expect(try await bench.refusal(.sendLead, LeadBench.lead("l-2", customer: 1), key: "k") == .invalid)
      #expect(try await bench.refusal(.sendLead, lead) == .invalid)
      // Without the key it is a new order, which the buyer may refuse.
      #expect(try await bench.send(lead).outcome == .duplicate)
      #expect(try await bench.seen("a")["calls"] == 2)
    }
  }

  @Test func aLeadUnderWayIsNotSentBesideIt() async throws {
    try await LeadBench.with { bench in
      try await bench.buyer("a", customer: 1, ["timeout_ms": 20_000])
      try await bench.behave("a", #"{"answer":"hang"}"#)
      let lead = LeadBench.lead("l-1", customer: 1)
      async let first = bench.send(lead)
      try await bench.calls("a", reach: 1)
      #expect(try await bench.status("l-1") == LeadResult(.pending, ["Error": "Processing not finished"]))
      let second = try await bench.send(lead)
      #expect(second.outcome == .buyerFailed && second.answer["error"] == "Being sent")
      #expect(try await first.answer["error"] == "Result unknown")
      #expect(try await bench.seen("a")["calls"] == 1)
    }
  }

  @Test func resultsAreShownForTenMinutes() async throws {
    try await LeadBench.with { bench in
      let store = bench.store
      let call = try Self.granted(try await Self.begin(store, "l", key: "k"))
      try await store.finish(call, Self.taken, leadID: "l", buyer: nil, for: Self.request("l"))
      try await bench.pool.query("update sender.lead_call set finished_at = now() - interval '11 minutes'")
      #expect(try await store.status("l", mode: "send") == nil)
      #expect(try await Self.begin(store, "l", key: "k") == .known(Self.taken))
      try await bench.pool.query("update sender.lead_call set started_at = now() - interval '25 hours'")
      try await store.purge()
      #expect(try await bench.pool.query("select 1 from sender.lead_call").isEmpty)
    }
  }
}
