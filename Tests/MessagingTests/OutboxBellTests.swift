import Testing

@testable import Messaging

/// When a publisher looks at its outbox.
@Suite(.timeLimit(.minutes(20))) struct OutboxBellTests {
  private let bell = OutboxBell()

  @Test func whatCanWaitLeavesWithWhatCannot() async {
    let hearer = bell.hearer()
    bell.ring(within: .seconds(36_000))
    await withDiscardingTaskGroup { group in
      group.addImmediateTask { await hearer.wait(until: .now + .seconds(72_000)) }
      bell.ring()
    }
  }

  @Test func whatCanWaitLeavesInTheEnd() async {
    let hearer = bell.hearer()
    let rung = ContinuousClock.now
    bell.ring(within: .milliseconds(50))
    // A second one puts nothing off.
    bell.ring(within: .seconds(36_000))
    await hearer.wait(until: rung + .seconds(72_000))
    #expect(ContinuousClock.now >= rung + .milliseconds(50))
  }

  @Test func whatWasLookedAtIsNotRungForAgain() async {
    let hearer = bell.hearer()
    bell.ring()
    await hearer.wait(until: .now + .seconds(72_000))
    let end = ContinuousClock.now + .milliseconds(20)
    await hearer.wait(until: end)
    #expect(ContinuousClock.now >= end)
  }

  @Test func everyPublisherHearsIt() async {
    let hearers = [bell.hearer(), bell.hearer()]
    bell.ring()
    for hearer in hearers { await hearer.wait(until: .now + .seconds(72_000)) }
  }

  @Test func whoIsCancelledWaitsNoMore() async {
    let hearer = bell.hearer()
    let waiting = Task.immediate { await hearer.wait(until: .now + .seconds(72_000)) }
    waiting.cancel()
    await waiting.value
  }
}
