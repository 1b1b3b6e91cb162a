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

  /// After retry-failed every message has a final state, that of before.
  @Test func finishedIsNotShownOnCountsOfBeforeARetry() {
    var counters = MailoutCounters()
    counters.add(kind: "status", key: "sent", n: 7)
    counters.add(kind: "status", key: "failed", n: 3)
    var finished = fact(.finished, issued: 10)
    finished.resent = 3
    #expect(MailoutReport.shownStatus(finished, counters) == .running)
    counters.add(kind: "rounds", key: "", n: 2)
    #expect(MailoutReport.shownStatus(finished, counters) == .running)
    #expect(MailoutReport(fact: finished, counters: counters, now: 5_000_000).json["finished_at"] == .null)
    counters.add(kind: "rounds", key: "", n: 1)
    #expect(MailoutReport.shownStatus(finished, counters) == .finished)
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
