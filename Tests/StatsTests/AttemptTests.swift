import Contracts
import Testing

@testable import Stats

struct AttemptTests {
  private static func outcome(
    _ status: MessageStatus, attempts: Int = 1, hop: Int = 0, reason: String? = nil, latency: Int? = 5,
    provider: String? = nil
  ) -> Outcome {
    Outcome(
      messageID: 7, mailoutID: 3, customerID: 9, status: status, hop: hop, attempts: attempts, reason: reason,
      at: Int64(attempts) * 1_000_000, latency: latency, provider: provider)
  }

  @Test func onlyAPlainSuccessAtOnceNeedsNoRow() {
    #expect(Attempt(Self.outcome(.sent)) == nil)
    #expect(Attempt(Self.outcome(.sent, reason: "duplicate")) != nil)
    #expect(Attempt(Self.outcome(.sent, attempts: 2)) != nil)
    for status in [MessageStatus.retrying, .failed, .rejected] {
      #expect(Attempt(Self.outcome(status, reason: "x"))?.status == status)
    }
  }

  @Test func withoutACallThereIsNoAttempt() {
    for status in [MessageStatus.deferred, .cancelled, .expired, .failed] {
      #expect(Attempt(Self.outcome(status, reason: "deadline", latency: nil)) == nil)
    }
    #expect(Attempt(Self.outcome(.failed, reason: "refused", latency: nil, provider: "default")) != nil)
  }

  @Test func aMessageShowsAllItsCallsInOrder() {
    let plain = MessageFact(Self.outcome(.sent))
    #expect(Attempt.all(of: plain, recorded: []).map(\.latency) == [5])
    let first = Attempt(Self.outcome(.retrying, reason: "http_500"))
    let second = Attempt(Self.outcome(.sent, attempts: 2, hop: 1))
    let all = Attempt.all(
      of: MessageFact(Self.outcome(.sent, attempts: 2, hop: 1)), recorded: [second, first].compactMap { $0 })
    #expect(all.map(\.number) == [1, 2])
    #expect(all.map(\.status) == [.retrying, .sent])
    #expect(Attempt.all(of: MessageFact(Self.outcome(.expired, latency: nil)), recorded: []).isEmpty)
  }
}
