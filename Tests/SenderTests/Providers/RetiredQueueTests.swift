import Testing

@testable import Sender

struct RetiredQueueTests {
  private static let long: Duration = .seconds(60)

  private func step(
    age: Duration = long, drained: Duration? = nil, messages: Int? = 0, consumers: Int = 0, openClaims: Int64 = 0
  ) -> RetiredQueue.Step {
    RetiredQueue(id: 1, provider: "x", age: age, drained: drained)
      .step(messages: messages, consumers: consumers, openClaims: openClaims)
  }

  @Test func itIsEmptiedFirst() {
    #expect(step(messages: 3, consumers: 2) == .wait)
    #expect(step(consumers: 2, openClaims: 1) == .wait)
    #expect(step(age: .seconds(5), consumers: 2) == .wait)
    #expect(step(consumers: 2) == .leave)
  }

  @Test func itGoesWhenNobodyHasItAndNothingIsInIt() {
    #expect(step(drained: Self.long, consumers: 1) == .wait)
    #expect(step(drained: .seconds(5)) == .wait)
    #expect(step(drained: Self.long) == .delete)
  }

  @Test func whatComesLateIsHandedBackToo() {
    #expect(step(drained: Self.long, messages: 1) == .reopen)
    #expect(step(drained: Self.long, openClaims: 1) == .reopen)
  }

  @Test func oneThatIsGoneIsForgotten() {
    #expect(step(messages: nil) == .forget)
    #expect(step(drained: Self.long, messages: nil) == .forget)
  }
}
