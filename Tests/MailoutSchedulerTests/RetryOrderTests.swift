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
    var order = RetryOrder(id: 1, reasons: [], cutoff: now, awaitsAll: true, cursor: 0)
    #expect(!order.isComplete(final: 9, issued: 10, now: now))
    #expect(order.isComplete(final: 10, issued: 10, now: now))
    #expect(order.isComplete(final: 9, issued: 10, now: now + RetryOrder.patience + 1))
    order.awaitsAll = false
    #expect(order.isComplete(final: 0, issued: 10, now: now))
  }
}
