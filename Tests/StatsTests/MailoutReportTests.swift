import Contracts
import Testing

@testable import Stats

struct MailoutReportTests {
  private func fact(_ status: MailoutStatus, issued: Int64) -> MailoutFact {
    MailoutFact(
      id: 1, revision: 3, name: "x", status: status, audience: 10, issued: issued, notReached: 0, startAt: 0, endAt: 9,
      startedAt: 1_000_000, finishedAt: status == .finished || status == .cancelled ? 3_000_000 : nil)
  }

  @Test func finishedIsShownOnlyWhenEveryMessageIsCounted() {
    var counters = MailoutCounters()
    counters.add(kind: "status", key: "sent", n: 9)
    counters.add(kind: "status", key: "queued", n: 1)
    let early = MailoutReport(fact: fact(.finished, issued: 10), counters: counters, now: 5_000_000).json
    #expect(early["status"] == "running")
    #expect(early["finished_at"] == .null)
    counters.add(kind: "status", key: "queued", n: -1)
    counters.add(kind: "status", key: "rejected", n: 1)
    let end = MailoutReport(fact: fact(.finished, issued: 10), counters: counters, now: 5_000_000).json
    #expect(end["status"] == "finished")
    #expect(end["rate_per_second"] == .number(5))
  }

  @Test func pausedAndCancelledAreShownAtOnceAndAnEndOnlyWithItsLastMessage() {
    var counters = MailoutCounters()
    counters.add(kind: "status", key: "sent", n: 9)
    let paused = MailoutReport(fact: fact(.paused, issued: 10), counters: counters, now: 5_000_000).json
    #expect(paused["status"] == "paused" && paused["finished_at"] == .null && paused["not_reached"] == 0)
    let early = MailoutReport(fact: fact(.cancelled, issued: 10), counters: counters, now: 5_000_000).json
    #expect(early["status"] == "cancelled" && early["finished_at"] == .null)
    counters.add(kind: "status", key: "cancelled", n: 1)
    let end = MailoutReport(fact: fact(.cancelled, issued: 10), counters: counters, now: 5_000_000).json
    #expect(end["finished_at"] == .string(Timestamp.format(microseconds: 3_000_000)))
  }
}
