import Contracts
import Testing

@testable import Sender

struct MessageResultTests {
  private let message = BatchMessage(id: 7, customerID: 8, phone: "79160000001", text: "x", hop: 3, attempts: 1)
  private let policy = RetryPolicy(maxAttempts: 3)

  private func after(
    _ verdict: OutcomeRules.Verdict, attempts: Int = 1, now: Int64 = 1_000, deadline: Int64 = 1_000_000_000,
    delay: Duration = .seconds(2), counts: Bool = true
  ) -> MessageResult {
    var message = message
    message.attempts = attempts
    return .after(
      verdict, message: message, mailoutID: 9, deadline: deadline, policy: policy, counts: counts, now: now,
      delay: delay)
  }

  @Test func sentIsFinalAndCountsItsAttempt() {
    let result = after(.sent(duplicate: false))
    #expect(result.outcome.status == .sent)
    #expect(result.outcome.attempts == 2)
    #expect(result.outcome.hop == 3)
    #expect(result.waiting == nil)
  }

  @Test func aFailedAttemptWaitsWithItsHopAndAttempts() {
    let result = after(.failedAttempt(reason: "http_503"))
    #expect(result.outcome.status == .retrying)
    #expect(
      result.waiting
        == WaitingMessage(
          messageID: 7, customerID: 8, dueAt: 2_001_000, status: .retrying, round: 0, hop: 3, attempts: 2,
          reason: "http_503"))
  }

  @Test func theLastAttemptFails() {
    let result = after(.failedAttempt(reason: "http_503"), attempts: 2)
    #expect(result.outcome.status == .failed)
    #expect(result.outcome.attempts == 3)
    #expect(result.waiting == nil)
  }

  @Test(arguments: [OutcomeRules.Verdict.throttled(retryAfter: nil), .providerFault(reason: "http_401")])
  func whatIsNotTheMessagesFaultCostsNoAttempt(verdict: OutcomeRules.Verdict) {
    let result = after(verdict, attempts: 2)
    #expect(result.outcome.status == .retrying)
    #expect(result.waiting?.attempts == 2)
  }

  @Test func anUnknownAnswerAtTheDeadlineHasFailedAsUnknown() {
    let result = after(.unknown(reason: "timeout"), now: 500, deadline: 500)
    #expect(result.outcome.status == .failed)
    #expect(result.outcome.reason == "unknown")
  }

  /// An answer never came once: whatever becomes of it, that stays true until an answer says more.
  @Test func anUnknownAnswerIsNotForgotten() {
    var message = message
    let first = after(.unknown(reason: "timeout"))
    #expect(first.waiting?.isUnknown == true)
    #expect(after(.failedAttempt(reason: "http_503")).waiting?.isUnknown == false)
    message.isUnknown = true
    let deferred = MessageResult.uncalled(.deferred, "circuit_open", message: message, mailoutID: 9, now: 4, dueAt: 4)
    #expect(deferred.outcome.status == .deferred)
    #expect(deferred.waiting?.isUnknown == true)
    let expired = MessageResult.uncalled(.expired, "deadline", message: message, mailoutID: 9, now: 4)
    #expect(expired.outcome.status == .failed)
    #expect(expired.outcome.reason == "unknown")
    let verdicts: [OutcomeRules.Verdict] = [.failedAttempt(reason: "http_503"), .throttled(retryAfter: nil)]
    for verdict in verdicts {
      let again = MessageResult.after(
        verdict, message: message, mailoutID: 9, deadline: 1_000_000_000, policy: policy, now: 1_000, delay: .seconds(2)
      )
      #expect(again.waiting?.isUnknown == true)
    }
    message.attempts = 2
    let last = MessageResult.after(
      verdicts[0], message: message, mailoutID: 9, deadline: 1_000_000_000, policy: policy, now: 1_000, delay: .zero)
    #expect(last.outcome.status == .failed)
    #expect(last.outcome.reason == "unknown")
  }

  @Test func nothingWaitsBeyondTheDeadline() {
    #expect(after(.failedAttempt(reason: "x"), deadline: 1_500_000).waiting?.dueAt == 1_500_000)
  }

  @Test(arguments: [OutcomeRules.Verdict.failedAttempt(reason: "http_500"), .unknown(reason: "timeout")])
  func aProbeBurnsNoAttempt(verdict: OutcomeRules.Verdict) {
    let result = after(verdict, attempts: 2, counts: false)
    #expect(result.outcome.status == .retrying)
    #expect(result.waiting?.attempts == 2)
  }

  @Test func aMessageThatIsNotCalledKeepsItsAttempts() {
    let result = MessageResult.uncalled(
      .deferred, "paused", message: message, mailoutID: 9, now: 4, dueAt: 4)
    #expect(
      result.waiting
        == WaitingMessage(
          messageID: 7, customerID: 8, dueAt: 4, status: .deferred, round: 0, hop: 3, attempts: 1, reason: "paused"))
    #expect(MessageResult.uncalled(.expired, "deadline", message: message, mailoutID: 9, now: 4).waiting == nil)
  }
}
