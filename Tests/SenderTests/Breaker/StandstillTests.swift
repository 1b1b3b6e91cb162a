import Testing

@testable import Sender

struct StandstillTests {
  private let start = ContinuousClock.now

  private func at(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

  @Test func aLateLookIsNoStandstill() {
    var standstill = Standstill(now: start)
    for seconds in [0.1, 0.2, 2.1, 2.2, 4.1] {
      let hasStood = standstill.look(at: at(seconds))
      #expect(!hasStood)
    }
    #expect(!standstill.wasMet(by: start))
  }

  /// Without a call that it could meet it is looked for less often.
  @Test func aRestIsNoStandstill() {
    var standstill = Standstill(now: start)
    var now = start
    for late in [Duration.zero, .milliseconds(900), .zero] {
      now += TickRule.rest + late
      let hasStood = standstill.look(at: now)
      #expect(!hasStood)
    }
    // Work ends the rest with a look: of what comes then, only the time since counts.
    let hasStoodLess = standstill.look(at: now + Standstill.least - .milliseconds(1))
    #expect(!hasStoodLess)
    now += Standstill.least - .milliseconds(1)
    let hasStood = standstill.look(at: now + Standstill.least)
    #expect(hasStood)
  }

  @Test func whatBeganBeforeTheAwakeningHasMetIt() {
    var standstill = Standstill(now: start)
    let hasStood = standstill.look(at: at(2))
    #expect(hasStood)
    let stillStands = standstill.look(at: at(2.1))
    #expect(!stillStands)
    #expect(standstill.wasMet(by: start))
    #expect(standstill.wasMet(by: at(1.9)))
    #expect(!standstill.wasMet(by: at(2)))
  }

  /// What is under way gets its time anew: a provider that hangs all the same is noticed as late as any.
  @Test func theBreakerStartsAfresh() throws {
    var breaker = CircuitBreaker(policy: BreakerPolicy(), now: start)
    for _ in 0..<20 { _ = breaker.started(at: at(0.1)) }
    let awake = at(30)
    var asleep = breaker
    #expect(asleep.judgement(at: awake) != nil)
    asleep = breaker
    asleep.resumed(at: awake)
    #expect(asleep.judgement(at: awake) == nil)
    #expect(asleep.judgement(at: awake + .seconds(1)) == nil)
    #expect(asleep.judgement(at: awake + .seconds(5)) != nil)
  }
}
