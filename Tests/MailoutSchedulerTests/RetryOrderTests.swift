import Contracts
import FoundationEssentials
import Testing

@testable import MailoutScheduler

struct RetryOrderTests {
  private let now = Date(timeIntervalSince1970: 1_795_251_600)

  @Test func bodies() throws {
    #expect(try RetryOrder.Request.read(nil, now: now) == RetryOrder.Request())
    let body: JSON = ["reasons": ["timeout", "http_500"], "end_at": "2026-11-21T10:00:00Z"]
    let request = try RetryOrder.Request.read(body, now: now)
    #expect(request.reasons == ["timeout", "http_500"])
    #expect(request.endAt == Date(timeIntervalSince1970: 1_795_255_200))
    for wrong: JSON in [["reasons": "timeout"], ["end_at": "2026-11-20T10:00:00Z"], ["why": 1], 5] {
      #expect(throws: Problem.self) { try RetryOrder.Request.read(wrong, now: now) }
    }
  }

  /// One that was to begin in ten years and was started today ends when its draft may.
  @Test func noMailoutLastsMuchLonger() {
    let year = 366.0 * 86_400
    for start in [now - 10 * year, now + 10 * year] {
      let last = max(start, now) + year
      #expect(throws: Never.self) { try MailoutRules.checkRetryEnd(nil, start: start, now: now) }
      #expect(throws: Never.self) { try MailoutRules.checkRetryEnd(last, start: start, now: now) }
      #expect(throws: Problem.self) { try MailoutRules.checkRetryEnd(last + 1, start: start, now: now) }
    }
  }

  @Test func anEndInTheFutureIsNeeded() {
    for status in [MailoutStatus.running, .paused, .finished] {
      #expect(throws: Never.self) { try MailoutRules.mayRetry(status, end: now + 1, now: now) }
      #expect(throws: Problem.self) { try MailoutRules.mayRetry(status, end: now, now: now) }
    }
    for status in [MailoutStatus.scheduled, .cancelled] {
      #expect(throws: Problem.self) { try MailoutRules.mayRetry(status, end: now + 1, now: now) }
    }
  }

  @Test func ofAMailoutThatIsOverEveryEndMustBeKnownFirst() {
    var order = RetryOrder(id: 1, reasons: [], cutoff: now, awaitsAll: true, awaits: 10, cursor: 0)
    #expect(!order.isComplete(final: 9, rounds: 0, resent: 0, now: now))
    #expect(order.isComplete(final: 10, rounds: 0, resent: 0, now: now))
    #expect(order.isComplete(final: 9, rounds: 0, resent: 0, now: now + RetryOrder.patience + 1))
    // What it has taken up itself has no end any more.
    order.cursor = 5
    #expect(order.isComplete(final: 1, rounds: 0, resent: 9, now: now))
  }

  @Test func ofARunningMailoutTheEndsOfBeforeMustBeKnown() {
    let order = RetryOrder(id: 1, reasons: [], cutoff: now, awaitsAll: false, awaits: 7, cursor: 0)
    #expect(!order.isComplete(final: 7, rounds: 0, resent: 0, now: now))
    #expect(!order.isComplete(final: 6, rounds: 0, resent: 0, now: now + RetryOrder.rest))
    #expect(order.isComplete(final: 7, rounds: 0, resent: 0, now: now + RetryOrder.rest))
  }

  @Test func whatAnEarlierOrderTookUpIsNotTakenUpTwice() {
    let order = RetryOrder(id: 2, reasons: [], cutoff: now, awaitsAll: true, awaits: 10, cursor: 0)
    #expect(!order.isComplete(final: 10, rounds: 4, resent: 5, now: now + RetryOrder.patience + 1))
    #expect(order.isComplete(final: 10, rounds: 5, resent: 5, now: now))
    // Statistics of before cannot say.
    #expect(order.isComplete(final: 10, rounds: nil, resent: 5, now: now))
  }
}
